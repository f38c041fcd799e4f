using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Support.Daemons;

/// <summary>What another tool says of an image that is somewhere.</summary>
/// <param name="Id">Digest of its configuration.</param>
/// <param name="DiffIds">Digests of its layers' contents, its base first.</param>
internal sealed record StoredImage(string Id, ImmutableArray<string> DiffIds)
{
    /// <summary>Its names, in order; empty where the tool does not say.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>What docker or podman says (image inspect).</summary>
    public static StoredImage Parse(string inspected)
    {
        using var document = JsonDocument.Parse(inspected);
        var image = document.RootElement[0];
        var id = image.GetProperty(nameof(Id)).GetString()!;
        return new(
            id.StartsWith("sha256:", StringComparison.Ordinal) ? id : $"sha256:{id}",
            Strings(image.GetProperty("RootFS").GetProperty("Layers")))
        {
            Names = [.. Strings(image.GetProperty("RepoTags")).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>What a configuration says.</summary>
    public static StoredImage OfConfiguration(byte[] configuration)
    {
        using var document = JsonDocument.Parse(configuration);
        return new(Digest.Compute(configuration).ToString(),
            Strings(document.RootElement.GetProperty("rootfs").GetProperty("diff_ids")));
    }

    /// <summary>The same image, whatever its names.</summary>
    public bool Equals(StoredImage? other) =>
        other is not null && Id == other.Id && DiffIds.SequenceEqual(other.DiffIds);

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"{Id} = {string.Join(" + ", DiffIds.Select(d => d[..19]))}";

    private static ImmutableArray<string> Strings(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(e => e.GetString()!)]
        : [];
}
