using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.V1;

/// <summary>The names of a delta archive's blob entries: <c>blobs/ALGORITHM/HEX</c>, and nothing else.</summary>
internal static class EntryNames
{
    public static string Of(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    public static bool TryParse(string name, out Digest digest)
    {
        digest = default;
        var parts = name.Split('/');
        return parts.Length == 3 && parts[0] == "blobs" && Digest.TryParse($"{parts[1]}:{parts[2]}", out digest);
    }
}
