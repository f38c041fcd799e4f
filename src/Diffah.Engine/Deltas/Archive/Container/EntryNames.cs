using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.Container;

/// <summary>
/// The names of a delta archive's entries: <c>blobs/ALGORITHM/HEX</c>, from version 2 on also <c>contents/…</c>,
/// <c>files/…</c> and <c>recipes/…</c>, and nothing else. Of contents that are made in several ways, those beside the
/// first end with <c>.NUMBER</c>.
/// </summary>
internal static class EntryNames
{
    private static readonly string[] Folders = ["blobs", "contents", "files", "recipes"];

    public static string Of(ArchivePart part) =>
        $"{Folders[(int)part.Kind]}/{part.Digest.Algorithm}/{part.Digest.Hex}"
            + (part.Number == 0 ? "" : $".{part.Number}");

    public static bool TryParse(string name, out ArchivePart part)
    {
        part = default;
        var parts = name.Split('/');
        if (parts.Length != 3 || Array.IndexOf(Folders, parts[0]) is not (>= 0 and var kind)
            || Split(parts[2], (ArchivePartKind)kind) is not { } last
            || !Digest.TryParse($"{parts[1]}:{last.Hex}", out var digest))
            return false;
        part = new ArchivePart((ArchivePartKind)kind, digest, last.Number);
        return true;
    }

    // Numbers have one digit, so that the names' order is theirs.
    private static (string Hex, int Number)? Split(string name, ArchivePartKind kind) => name.Split('.') switch
    {
        [var hex] => (hex, 0),
        [var hex, [>= '1' and < (char)('0' + ContentPatch.MaximumWays) and var digit]]
            when kind == ArchivePartKind.Content => (hex, digit - '0'),
        _ => null,
    };
}
