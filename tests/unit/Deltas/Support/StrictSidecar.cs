using System.Text.Json;
using System.Text.RegularExpressions;

namespace Diffah.Tests.Deltas.Support;

/// <summary>
/// The rules of a sidecar by itself, in both versions: its text, its fields and their order, and the forms of values.
/// </summary>
internal sealed partial class StrictSidecar(List<string> problems) : StrictJson(problems)
{
    private static readonly string[] Head = ["version", "feature", "tool", "tool_version", "created_at", "platform"];
    private static readonly string[] FullBlob = ["size", "media_type", "encoding", "archive_size"];
    private static readonly string[] PatchBlob =
        ["size", "media_type", "encoding", "codec", "patch_from_digest", "archive_size"];
    private static readonly string[] Image = ["name", "baseline", "target"];
    private static readonly string[] Baseline = ["manifest_digest", "media_type", "source_hint"];
    private static readonly string[] Target = ["manifest_digest", "manifest_size", "media_type"];

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
            Tell($"the sidecar is not JSON: {e.Message}");
            return null;
        }
        CheckText(root, bytes);
        var hasContents = root.ValueKind == JsonValueKind.Object && Text(root, "version") == "v2";
        string[] contents = !hasContents ? [] :
        [
            .. Present(root, "requires"), "contents", .. Present(root, "held"), "reused", .. Present(root, "files"),
        ];
        if (!HasFields(root, [.. Head, "blobs", .. contents, "images"], "the sidecar"))
            return null;
        CheckHead(root);
        var whole = Objects(root.GetProperty("blobs"), "blobs")
            && root.GetProperty("images").ValueKind == JsonValueKind.Array;
        whole = whole && root.GetProperty("blobs").EnumerateObject().All(b => CheckBlob(b, hasContents));
        if (whole && hasContents)
            whole = new StrictContents(Problems).Check(root);
        return whole && CheckImages(root.GetProperty("images"), hasContents) ? root : null;
    }

    private static string[] Present(JsonElement root, string name) => root.TryGetProperty(name, out _) ? [name] : [];

    private void CheckHead(JsonElement root)
    {
        Require(Text(root, "version") is "v1" or "v2", "the version is neither v1 nor v2");
        Require(Text(root, "feature") == "bundle", "the feature is not bundle");
        Require(Text(root, "tool") is { Length: > 0 }, "the tool is not named");
        Require(Text(root, "tool_version") is { Length: > 0 }, "the tool's version is not named");
        Require(Time().IsMatch(Text(root, "created_at") ?? ""), "created_at is not an RFC 3339 time in UTC");
        Require(Platform().IsMatch(Text(root, "platform") ?? ""), "the platform is not os/arch");
    }

    private bool CheckBlob(JsonProperty blob, bool hasContents)
    {
        Require(IsDigest(blob.Name), $"blob {blob.Name} is not a digest");
        var encoding = blob.Value.ValueKind == JsonValueKind.Object ? Text(blob.Value, "encoding") : null;
        if (encoding == "content" && hasContents)
            return new StrictContents(Problems).CheckBlob(blob);
        if (!HasFields(blob.Value, encoding == "patch" ? PatchBlob : FullBlob, $"blob {blob.Name}",
                hasContents ? ["fallback", "fallback_detail"] : [])
            || Number(blob.Value, "size") is not { } size || Number(blob.Value, "archive_size") is not { } stored)
        {
            Tell($"blob {blob.Name} is not described");
            return false;
        }
        Require(
            (Text(blob.Value, "fallback") is null) == (Text(blob.Value, "fallback_detail") is null)
                && Text(blob.Value, "fallback") is null or { Length: > 0 and <= 40 }
                && Text(blob.Value, "fallback_detail") is null or { Length: > 0 and <= 300 },
            $"blob {blob.Name} does not say why it is stored so");
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

    private bool CheckImages(JsonElement images, bool hasContents)
    {
        var names = new HashSet<string?>();
        Require(images.GetArrayLength() > 0, "there is no image");
        foreach (var image in images.EnumerateArray())
        {
            if (!HasFields(image, Image, "an image", hasContents ? ["baseline_mode", "other_baselines"] : [])
                || !CheckSeveral(image)
                || !HasFields(
                    image.GetProperty("baseline"), Baseline, "a baseline",
                    hasContents ? ["read_size", "fetch_size"] : [])
                || !HasFields(image.GetProperty("target"), Target, "a target", "tag"))
                return false;
            Require(!image.GetProperty("baseline").TryGetProperty("read_size", out _)
                || Number(image.GetProperty("baseline"), "read_size") is >= 0, "a baseline's read_size is no size");
            var name = Text(image, "name");
            Require(Name().IsMatch(name ?? ""), $"the image name {name} is not allowed");
            Require(names.Add(name), $"the image name {name} is there twice");
            Require(IsDigest(Text(image.GetProperty("baseline"), "manifest_digest")), "a baseline has no digest");
            Require(IsDigest(Text(image.GetProperty("target"), "manifest_digest")), "a target has no digest");
            Require(Number(image.GetProperty("target"), "manifest_size") is > 0, "a target has no manifest size");
        }
        return true;
    }

    private bool CheckSeveral(JsonElement image)
    {
        if (!image.TryGetProperty("other_baselines", out var others))
        {
            Require(!image.TryGetProperty("baseline_mode", out _), "one baseline has a mode");
            return true;
        }
        Require(Text(image, "baseline_mode") is "any" or "all", "several baselines have no mode");
        if (others.ValueKind != JsonValueKind.Array || others.GetArrayLength() is < 1 or > 7
            || others.EnumerateArray().Any(o => !HasFields(o, Baseline, "a baseline", "read_size", "fetch_size")))
            return false;
        var digests = others.EnumerateArray().Append(image.GetProperty("baseline"))
            .Select(b => Text(b, "manifest_digest")).ToArray();
        Require(digests.All(IsDigest), "a baseline has no digest");
        Require(digests.Distinct().Count() == digests.Length, "a baseline is there twice");
        return true;
    }

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z\z")]
    private static partial Regex Time();

    [GeneratedRegex(@"\A[a-z0-9]+/[a-z0-9_]+(/[a-z0-9.]+)?\z")]
    private static partial Regex Platform();

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]*\z")]
    private static partial Regex Name();
}
