using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Diffah.Tests.Deltas.Support;

/// <summary>The rules of a sidecar by itself: its text, its fields and their order, and the forms of values.</summary>
internal sealed partial class StrictSidecar(List<string> problems)
{
    private static readonly string[] Root =
        ["version", "feature", "tool", "tool_version", "created_at", "platform", "blobs", "images"];
    private static readonly string[] FullBlob = ["size", "media_type", "encoding", "archive_size"];
    private static readonly string[] PatchBlob =
        ["size", "media_type", "encoding", "codec", "patch_from_digest", "archive_size"];
    private static readonly string[] Image = ["name", "baseline", "target"];
    private static readonly string[] Baseline = ["manifest_digest", "media_type", "source_hint"];
    private static readonly string[] Target = ["manifest_digest", "manifest_size", "media_type"];

    public static bool IsDigest(string? text) => text is not null && DigestForm().IsMatch(text);

    /// <summary>The sidecar; null where it is too broken to look at further.</summary>
    public JsonElement? Check(byte[] bytes)
    {
        JsonElement root;
        try
        {
            root = JsonDocument.Parse(bytes).RootElement;
        }
        catch (JsonException e)
        {
            problems.Add($"the sidecar is not JSON: {e.Message}");
            return null;
        }
        if (!Encoding.UTF8.GetBytes(Pretty(root, "")).AsSpan().SequenceEqual(bytes))
            problems.Add("the sidecar is not indented by two spaces");
        if (!HasFields(root, Root, "the sidecar"))
            return null;
        CheckHead(root);
        var whole = Objects(root.GetProperty("blobs"), "blobs")
            && root.GetProperty("images").ValueKind == JsonValueKind.Array;
        whole = whole && root.GetProperty("blobs").EnumerateObject().All(CheckBlob);
        return whole && CheckImages(root.GetProperty("images")) ? root : null;
    }

    private void CheckHead(JsonElement root)
    {
        Require(Text(root, "version") == "v1", "the version is not v1");
        Require(Text(root, "feature") == "bundle", "the feature is not bundle");
        Require(Text(root, "tool") is { Length: > 0 }, "the tool is not named");
        Require(Text(root, "tool_version") is { Length: > 0 }, "the tool's version is not named");
        Require(Time().IsMatch(Text(root, "created_at") ?? ""), "created_at is not an RFC 3339 time in UTC");
        Require(Platform().IsMatch(Text(root, "platform") ?? ""), "the platform is not os/arch");
    }

    private bool CheckBlob(JsonProperty blob)
    {
        Require(IsDigest(blob.Name), $"blob {blob.Name} is not a digest");
        var encoding = blob.Value.ValueKind == JsonValueKind.Object ? Text(blob.Value, "encoding") : null;
        if (!HasFields(blob.Value, encoding == "patch" ? PatchBlob : FullBlob, $"blob {blob.Name}")
            || Number(blob.Value, "size") is not { } size || Number(blob.Value, "archive_size") is not { } stored)
        {
            problems.Add($"blob {blob.Name} is not described");
            return false;
        }
        Require(encoding is "full" or "patch", $"blob {blob.Name} has another encoding than full and patch");
        Require(encoding != "full" || stored == size, $"blob {blob.Name} is stored whole with another size");
        Require(encoding != "patch" || (stored > 0 && stored < size),
            $"blob {blob.Name} is a patch that is empty or not smaller than the blob");
        Require(encoding != "patch" || Text(blob.Value, "codec") == "zstd-patch",
            $"blob {blob.Name} has another codec than zstd-patch");
        Require(encoding != "patch" || IsDigest(Text(blob.Value, "patch_from_digest")),
            $"blob {blob.Name} is a patch of no digest");
        Require(Text(blob.Value, "media_type") is { Length: > 0 }, $"blob {blob.Name} has no media type");
        return true;
    }

    private bool CheckImages(JsonElement images)
    {
        var names = new HashSet<string?>();
        Require(images.GetArrayLength() > 0, "there is no image");
        foreach (var image in images.EnumerateArray())
        {
            if (!HasFields(image, Image, "an image") || !HasFields(
                image.GetProperty("baseline"), Baseline, "a baseline") || !HasTarget(image.GetProperty("target")))
                return false;
            var name = Text(image, "name");
            Require(Name().IsMatch(name ?? ""), $"the image name {name} is not allowed");
            Require(names.Add(name), $"the image name {name} is there twice");
            Require(IsDigest(Text(image.GetProperty("baseline"), "manifest_digest")), "a baseline has no digest");
            Require(IsDigest(Text(image.GetProperty("target"), "manifest_digest")), "a target has no digest");
            Require(Number(image.GetProperty("target"), "manifest_size") is > 0, "a target has no manifest size");
        }
        return true;
    }

    // The tag is the one field that may be there or not.
    private bool HasTarget(JsonElement target) =>
        HasFields(target, target.TryGetProperty("tag", out _) ? [.. Target, "tag"] : Target, "a target");

    private bool HasFields(JsonElement value, string[] fields, string what)
    {
        var right = value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().Select(p => p.Name).SequenceEqual(fields);
        Require(right, $"{what} does not have exactly the fields {string.Join(", ", fields)} in this order");
        return right;
    }

    private bool Objects(JsonElement value, string what)
    {
        var right = value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.Object);
        Require(right, $"{what} is not a map of objects");
        return right && Unique(value, what);
    }

    private bool Unique(JsonElement value, string what)
    {
        var names = value.EnumerateObject().Select(p => p.Name).ToArray();
        Require(names.Distinct().Count() == names.Length, $"{what} names something twice");
        Require(names.Order(StringComparer.Ordinal).SequenceEqual(names), $"{what} is not in ascending order");
        return true;
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static long? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number) ? number : null;

    private void Require(bool condition, string problem)
    {
        if (!condition)
            problems.Add(problem);
    }

    /// <summary>The document as an indenting writer puts it, with every string as it is in the document.</summary>
    private static string Pretty(JsonElement value, string indent)
    {
        var inner = indent + "  ";
        return value.ValueKind switch
        {
            JsonValueKind.Object => Group('{', '}', indent,
                [.. value.EnumerateObject().Select(p => $"{inner}\"{p.Name}\": {Pretty(p.Value, inner)}")]),
            JsonValueKind.Array =>
                Group('[', ']', indent, [.. value.EnumerateArray().Select(v => inner + Pretty(v, inner))]),
            _ => value.GetRawText(),
        };
    }

    private static string Group(char open, char close, string indent, string[] items) =>
        items.Length == 0 ? $"{open}{close}" : $"{open}\n{string.Join(",\n", items)}\n{indent}{close}";

    [GeneratedRegex(@"\A(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})\z")]
    private static partial Regex DigestForm();

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z\z")]
    private static partial Regex Time();

    [GeneratedRegex(@"\A[a-z0-9]+/[a-z0-9_]+(/[a-z0-9.]+)?\z")]
    private static partial Regex Platform();

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]*\z")]
    private static partial Regex Name();
}
