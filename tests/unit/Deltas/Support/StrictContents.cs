using System.Text.Json;

namespace Diffah.Tests.Deltas.Support;

/// <summary>The rules of what a sidecar of version 2 says of contents, by itself.</summary>
internal sealed class StrictContents(List<string> problems) : StrictJson(problems)
{
    private const int MostSources = 1024;
    private const int LargestInlineRecipe = 1024;

    private static readonly string[] Blob = ["size", "media_type", "encoding", "content", "wrapping"];
    private static readonly string[] Content = ["size", "codec", "sources", "archive_size"];
    private static readonly string[] Reused = ["size", "content", "wrapping"];

    /// <summary>A blob that is made of a content; false where it is too broken to look at further.</summary>
    public bool CheckBlob(JsonProperty blob)
    {
        Require(Text(blob.Value, "media_type") is { Length: > 0 }, $"blob {blob.Name} has no media type");
        return HasFields(blob.Value, Blob, $"blob {blob.Name}") && CheckForm(blob);
    }

    /// <summary>Contents and reused layers; false where they are too broken to look at further.</summary>
    public bool Check(JsonElement sidecar)
    {
        var (contents, reused) = (sidecar.GetProperty("contents"), sidecar.GetProperty("reused"));
        var whole = Objects(contents, "contents") && Objects(reused, "reused")
            && contents.EnumerateObject().All(CheckContent) && reused.EnumerateObject().All(CheckReused);
        if (!whole)
            return false;
        if (sidecar.TryGetProperty("files", out var files))
        {
            if (!HasFields(files, ["digest", "archive_size"], "files"))
                return false;
            Require(IsDigest(Text(files, "digest")) && Number(files, "archive_size") is > 0, "files are no entry");
        }
        var blobs = sidecar.GetProperty("blobs");
        foreach (var layer in reused.EnumerateObject())
        {
            Require(!blobs.TryGetProperty(layer.Name, out _), $"{layer.Name} travels and is reused");
            CheckSize(layer, contents);
        }
        var made = blobs.EnumerateObject().Where(b => Text(b.Value, "encoding") == "content").ToArray();
        foreach (var blob in made)
            CheckSize(blob, contents);
        var used = made.Concat(reused.EnumerateObject()).Select(b => Text(b.Value, "content")).ToHashSet();
        if (sidecar.TryGetProperty("requires", out var requires)
            && requires.EnumerateArray().Any(r => r.GetString() == "chained"))
            used.UnionWith(contents.EnumerateObject().SelectMany(
                c => c.Value.GetProperty("sources").EnumerateArray().Select(s => s.GetString())));
        foreach (var content in contents.EnumerateObject())
            Require(used.Contains(content.Name), $"nothing is made of the content {content.Name}");
        return true;
    }

    private bool CheckContent(JsonProperty content)
    {
        var what = $"content {content.Name}";
        Require(IsDigest(content.Name), $"{what} is not a digest");
        if (!HasFields(content.Value, Content, what, "alternatives"))
            return false;
        Require(Number(content.Value, "size") is >= 0, $"{what} has no size");
        return CheckWay(content.Name, content.Value, what) && CheckAlternatives(content, what);
    }

    private bool CheckAlternatives(JsonProperty content, string what)
    {
        if (!content.Value.TryGetProperty("alternatives", out var others))
            return true;
        if (others.ValueKind != JsonValueKind.Array || others.GetArrayLength() is < 1 or > 8)
        {
            Tell($"{what} has no list of alternatives");
            return false;
        }
        var sources = others.EnumerateArray().Append(content.Value).Select(w => string.Join(
            ' ', w.GetProperty("sources").EnumerateArray().Select(s => s.ToString()).Order(StringComparer.Ordinal)));
        Require(sources.Distinct().Count() == others.GetArrayLength() + 1, $"{what} has the same alternative twice");
        return others.EnumerateArray().All(o => HasFields(o, Content[1..], $"an alternative of {what}")
            && CheckWay(content.Name, o, $"an alternative of {what}"));
    }

    private bool CheckWay(string content, JsonElement way, string what)
    {
        var sources = way.GetProperty("sources");
        if (sources.ValueKind != JsonValueKind.Array
            || sources.EnumerateArray().Any(s => s.ValueKind != JsonValueKind.String || !IsDigest(s.GetString())))
        {
            Tell($"{what} is not made of digests");
            return false;
        }
        var names = sources.EnumerateArray().Select(s => s.GetString()!).ToArray();
        Require(Number(way, "archive_size") is > 0, $"{what} has no patch");
        Require(Text(way, "codec") is "files-zstd" or "files-cm", $"{what} has an unknown codec");
        Require(names.Length <= MostSources, $"{what} has more than {MostSources} sources");
        Require(names.Distinct().Count() == names.Length, $"{what} names a source twice");
        Require(!names.Contains(content), $"{what} is made of itself");
        return true;
    }

    private bool CheckReused(JsonProperty layer)
    {
        Require(IsDigest(layer.Name), $"the reused layer {layer.Name} is not a digest");
        return HasFields(layer.Value, Reused, $"the reused layer {layer.Name}") && CheckForm(layer);
    }

    private bool CheckForm(JsonProperty blob)
    {
        Require(Number(blob.Value, "size") is >= 0, $"{blob.Name} has no size");
        var wrapping = blob.Value.GetProperty("wrapping");
        if (!IsDigest(Text(blob.Value, "content")) || wrapping.ValueKind != JsonValueKind.Object)
        {
            Tell($"{blob.Name} is made of no content");
            return false;
        }
        var what = $"the wrapping of {blob.Name}";
        var kind = Text(wrapping, "kind");
        if (kind is not ("gzip" or "zstd" or "gzip-tokens"))
        {
            Require(kind == "plain", $"{what} is of no kind that there is");
            return HasFields(wrapping, ["kind"], what);
        }
        var recipe = wrapping.TryGetProperty("recipe_size", out _) ? "recipe_size" : "recipe";
        // A blob of the baseline helps where the layer travels, and not with the recipes that were there first.
        var isHelped = kind != "gzip" && blob.Value.TryGetProperty("encoding", out _)
            && wrapping.TryGetProperty("reference", out _);
        if (!HasFields(wrapping, isHelped ? ["kind", recipe, "reference"] : ["kind", recipe], what))
            return false;
        Require(!isHelped || IsDigest(Text(wrapping, "reference")), $"{what} refers to nothing");
        Require(recipe == "recipe" ? IsRecipe(Text(wrapping, recipe)) : Number(wrapping, recipe) is > 0,
            $"{what} has no recipe");
        return true;
    }

    private static bool IsRecipe(string? base64)
    {
        var bytes = new byte[base64?.Length ?? 0];
        return Convert.TryFromBase64String(base64 ?? "", bytes, out var length)
            && length is > 0 and <= LargestInlineRecipe && Convert.ToBase64String(bytes.AsSpan(0, length)) == base64;
    }

    // A plain blob is its content: one digest where the algorithm is one, and one size.
    private void CheckSize(JsonProperty blob, JsonElement contents)
    {
        var content = Text(blob.Value, "content")!;
        if (Text(blob.Value.GetProperty("wrapping"), "kind") != "plain")
            return;
        Require(content == blob.Name || content[..content.IndexOf(':')] != blob.Name[..blob.Name.IndexOf(':')],
            $"{blob.Name} is a content with another digest");
        Require(!contents.TryGetProperty(content, out var made)
            || Number(made, "size") == Number(blob.Value, "size"), $"{blob.Name} is a content with another size");
    }
}
