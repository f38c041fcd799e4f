using System.Collections.Immutable;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Content.Volumes;

/// <summary>
/// The checksums of an archive's volumes, in the form that <c>sha256sum -c</c> checks. They tell damage, and nothing of
/// who made the archive: that is what its signature is for.
/// </summary>
internal static class VolumeSums
{
    private const int MaximumSize = 1024 * 1024;
    private const int HexLength = 64;

    /// <summary>Writes the list.</summary>
    /// <param name="volumes">Name and digest of each volume, in order.</param>
    public static byte[] Write(IEnumerable<(string Name, Digest Digest)> volumes)
    {
        var text = new StringBuilder();
        foreach (var (name, digest) in volumes)
        {
            var escaped = name.Replace(@"\", @"\\").Replace("\n", @"\n").Replace("\r", @"\r");
            text.Append(escaped == name ? "" : @"\").Append(digest.Hex).Append("  ").Append(escaped).Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>
    /// Reads the list; empty where there is none, or one that names no volume. Names count by their numbers alone, so
    /// that the files may be renamed together.
    /// </summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">VolumeInvalid.</exception>
    public static async Task<ImmutableArray<Digest>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await SmallFile.ReadAsync(path, MaximumSize, why => Invalid(path, $"it {why}"), cancellationToken);
        if (bytes is null)
            return [];
        var text = TextBytes.Read(bytes) ?? throw Invalid(path, "it is no Unicode text");
        var found = new SortedDictionary<int, Digest>();
        var strange = 0;
        foreach (var line in text.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0 && l[0] != '#'))
        {
            if (!TryRead(line, out var digest, out var name))
                strange++;
            else if (VolumeNames.TryParse(name, out _, out var number) && !found.TryAdd(number, digest))
                throw Invalid(path, $"it has volume {number} twice");
        }
        if (found.Count == 0)
            return [];
        if (strange > 0)
            throw Invalid(path, $"{strange} of its lines are no checksums");
        return found.Keys.Last() == found.Count
            ? [.. found.Values]
            : throw Invalid(path, $"it has {found.Count} volumes, and the last has the number {found.Keys.Last()}");
    }

    private static bool TryRead(string line, out Digest digest, out string name)
    {
        var text = line[0] == '\\' ? line[1..] : line;
        name = text.Length > HexLength + 2 ? text[(HexLength + 2)..] : "";
        digest = default;
        return name.Length > 0 && text[HexLength] == ' ' && text[HexLength + 1] is ' ' or '*'
            && Digest.TryParse($"sha256:{text[..HexLength].ToLowerInvariant()}", out digest);
    }

    private static DiffahException Invalid(string path, string why) => new(DiffahErrors.VolumeInvalid,
        $"'{path}' is not the list of an archive's volumes: {why}.",
        "Copy the list again from where the archive was made. Without it the volumes are read, and not checked singly.");
}
