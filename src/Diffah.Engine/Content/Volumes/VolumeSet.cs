using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Content.Volumes;

/// <summary>
/// The files of an archive in volumes, in order: together they are the archive. What other tools have split into such
/// files is read too; then there is no list of checksums.
/// </summary>
/// <param name="Archive">Absolute path of the archive without a number.</param>
/// <param name="Paths">Absolute paths of the volumes.</param>
/// <param name="Digests">What each has by the list of checksums; empty where there is none.</param>
internal sealed record VolumeSet(string Archive, ImmutableArray<string> Paths, ImmutableArray<Digest> Digests)
{
    /// <summary>Volumes that are there, and are not of this set.</summary>
    public ImmutableArray<string> Others { get; private init; } = [];

    /// <summary>
    /// The volumes that begin with a file; null where it is no volume, or the only one and has no list.
    /// </summary>
    /// <param name="path">Absolute path of the first volume.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">InvalidArgument: it is another volume. VolumeMissing,
    /// VolumeInvalid.</exception>
    public static async Task<VolumeSet?> FindAsync(string path, CancellationToken cancellationToken)
    {
        if (!VolumeNames.TryParse(path, out var archive, out var number))
            return null;
        var first = VolumeNames.Of(archive, 1);
        var existing = VolumeNames.Existing(archive);
        if (number != 1)
            return existing.ContainsKey(1) && !BeginsArchive(path)
                ? throw new DiffahException(DiffahErrors.InvalidArgument,
                    $"'{path}' is volume {number} of an archive.", $"Give the first volume: {first}")
                : null;
        var digests = await VolumeSums.ReadAsync(VolumeNames.SumsOf(archive), cancellationToken);
        // Numbers may also tell archives apart: the second of those begins one.
        if (digests.IsEmpty && (existing.Count < 2 || BeginsArchive(existing.Skip(1).First().Value)))
            return null;
        var count = digests.IsEmpty ? Math.Min(existing.Keys.Last(), VolumeNames.Most) : digests.Length;
        ImmutableArray<string> paths = [.. Enumerable.Range(1, count).Select(n => VolumeNames.Of(archive, n))];
        if (paths.FirstOrDefault(p => !File.Exists(p)) is { } missing)
            throw new DiffahException(DiffahErrors.VolumeMissing,
                $"The volume '{missing}' is missing: the archive has {count} volumes at least.",
                $"Copy {Path.GetFileName(missing)} into the folder of the others.");
        return new VolumeSet(archive, paths, digests)
        {
            Others = [.. existing.Where(e => e.Key > count).Select(e => e.Value)],
        };
    }

    /// <summary>Opens all volumes as one.</summary>
    public IFileBytes Open()
    {
        var parts = ImmutableArray.CreateBuilder<IFileBytes>(Paths.Length);
        try
        {
            foreach (var path in Paths)
            {
                InputFile.RequireFile(path, $"the volume '{path}'");
                parts.Add(FileBytes.Open(path));
            }
            return new JoinedBytes(parts.ToImmutable());
        }
        catch
        {
            foreach (var part in parts)
                part.Dispose();
            throw;
        }
    }

    /// <summary>Checks one volume alone; null where it is right, or no list says what it should be.</summary>
    /// <param name="index">0 for the first.</param>
    /// <param name="events">Told how far it is.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>What is wrong.</returns>
    public async Task<DiffahException?> CheckAsync(int index, EventSink events, CancellationToken cancellationToken)
    {
        if (Digests.IsEmpty)
            return null;
        var path = Paths[index];
        InputFile.RequireFile(path, $"the volume '{path}'");
        using var bytes = FileBytes.Open(path);
        using var progress = events.For("deltas").BeginPart($"volume {index + 1}", "checking", bytes.Length);
        await using var content = new CountingReadStream(new FileSlice(bytes, 0, bytes.Length), progress.Advance);
        var digest = Digest.FromHash(
            Digest.DefaultAlgorithm, await SHA256.HashDataAsync(content, cancellationToken));
        return digest == Digests[index] ? null : Wrong(index, bytes.Length, digest);
    }

    /// <summary>Checks each volume alone.</summary>
    /// <param name="events">Told how far it is, and of volumes that are not checked.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">VolumeInvalid: the first that is wrong.</exception>
    public async Task RequireRightAsync(EventSink events, CancellationToken cancellationToken)
    {
        Tell(events);
        for (var i = 0; i < Paths.Length; i++)
        {
            if (await CheckAsync(i, events, cancellationToken) is { } wrong)
                throw wrong;
        }
    }

    private static bool BeginsArchive(string path)
    {
        if (!File.Exists(path) || InputFile.KindOf(path) != InputKind.File)
            return false;
        using var bytes = FileBytes.Open(path);
        var start = new byte[ArchiveMarks.DeltaSidecar.Length + 1];
        var read = bytes.Read(start, 0);
        return CompressionFormat.Detect(start.AsSpan(0, read)) == CompressionKind.Zstd
            || (start.AsSpan().StartsWith(Encoding.ASCII.GetBytes(ArchiveMarks.DeltaSidecar)) && start[^1] == 0);
    }

    private void Tell(EventSink events)
    {
        if (Digests.IsEmpty)
            events.Verbose($"There is no '{VolumeNames.SumsOf(Archive)}', so the volumes are not checked singly.");
        if (!Others.IsEmpty)
            events.Warn($"'{Others[0]}' is not a volume of this archive by '{VolumeNames.SumsOf(Archive)}', and is not "
                + "read.");
    }

    private DiffahException Wrong(int index, long length, Digest digest)
    {
        var (path, name) = (Paths[index], Path.GetFileName(Paths[index]));
        if (Digests.IndexOf(digest) is >= 0 and var other)
            return new DiffahException(DiffahErrors.VolumeInvalid,
                $"The volume '{path}' is volume {other + 1} of this archive under another name.",
                $"Copy {name} again; volumes keep their names.");
        var usual = new FileInfo(Paths[0]).Length;
        var size = index < Paths.Length - 1 && usual != length
            ? $" It has {length} bytes, and the first volume has {usual}."
            : "";
        return new DiffahException(DiffahErrors.VolumeInvalid,
            $"The volume '{path}' is not the one that '{VolumeNames.SumsOf(Archive)}' lists: it is damaged, cut short, "
                + $"or of another archive.{size}",
            $"Copy {name} again from where the archive was made, or the list if that is the wrong one.");
    }
}
