using System.Globalization;
using System.Text.Json.Nodes;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Transports.Registry.Support;

/// <summary>
/// The referrers API of a registry in memory, as the distribution spec (1.1, "Listing Referrers") tells it.
/// </summary>
internal static class FakeReferrers
{
    /// <summary>The digest of what a manifest refers to; null where it refers to nothing.</summary>
    public static string? SubjectOf(byte[] manifest) =>
        JsonNode.Parse(manifest) is JsonObject o ? (string?)o["subject"]?["digest"] : null;

    /// <summary>Answers a listing, a page of it where the registry gives pages.</summary>
    public static ScriptedResponse List(FakeRegistry registry, ScriptedRequest request, string subject)
    {
        var type = request.Query("artifactType");
        var from = int.Parse(request.Query("from") ?? "0", CultureInfo.InvariantCulture);
        var all = registry.Manifests.Where(m => m.Key.StartsWith("sha256:", StringComparison.Ordinal)
                && SubjectOf(m.Value.Bytes) == subject)
            .OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => Entry(m.Value.Bytes, m.Value.Type))
            .Where(e => type is null || (string?)e["artifactType"] == type).ToArray();
        var page = all.Skip(from).Take(registry.ReferrersPage).ToArray<JsonNode>();
        var body = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciIndex,
            ["manifests"] = new JsonArray(page),
        };
        var headers = new List<(string, string)> { ("Content-Type", MediaTypes.OciIndex) };
        if (type is not null)
            headers.Add(("OCI-Filters-Applied", "artifactType"));
        var filter = type is null ? "" : $"&artifactType={Uri.EscapeDataString(type)}";
        if (from + page.Length < all.Length)
            headers.Add(("Link", $"<{request.Path}?from={from + page.Length}{filter}>; rel=\"next\""));
        return ScriptedResponse.Text(200, body.ToJsonString(), [.. headers]);
    }

    private static JsonObject Entry(byte[] bytes, string type)
    {
        var manifest = JsonNode.Parse(bytes)!.AsObject();
        var entry = new JsonObject
        {
            ["mediaType"] = type,
            ["digest"] = Digest.Compute(bytes).ToString(),
            ["size"] = bytes.Length,
            ["artifactType"] = (string?)manifest["artifactType"] ?? (string?)manifest["config"]?["mediaType"],
        };
        if (manifest["annotations"] is { } annotations)
            entry["annotations"] = annotations.DeepClone();
        return entry;
    }
}
