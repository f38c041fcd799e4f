using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.Container;

/// <summary>
/// The names of a delta archive's entries: <c>blobs/ALGORITHM/HEX</c>, from version 2 on also <c>contents/…</c>,
/// <c>files/…</c> and <c>recipes/…</c>, and nothing else.
/// </summary>
internal static class EntryNames
{
    private static readonly string[] Folders = ["blobs", "contents", "files", "recipes"];

    public static string Of(ArchivePart part) =>
        $"{Folders[(int)part.Kind]}/{part.Digest.Algorithm}/{part.Digest.Hex}";

    public static bool TryParse(string name, out ArchivePart part)
    {
        part = default;
        var parts = name.Split('/');
        if (parts.Length != 3 || Array.IndexOf(Folders, parts[0]) is not (>= 0 and var kind)
            || !Digest.TryParse($"{parts[1]}:{parts[2]}", out var digest))
            return false;
        part = new ArchivePart((ArchivePartKind)kind, digest);
        return true;
    }
}
