using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Tar;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.DockerArchive;

/// <summary>
/// A layer of a Docker archive as the plain tar it is meant to be. One that is compressed is decompressed into the work
/// directory, once, when its size or its bytes are first asked for.
/// </summary>
internal sealed class PlainLayer
{
    private readonly TarFile _tar;
    private readonly TarMember _member;
    private readonly Func<CancellationToken, Task<Plain>> _decompress;
    private readonly Lock _gate = new();
    private Task<Plain>? _plain;

    private PlainLayer(
        TarFile tar, TarMember member, bool isCompressed, Func<CancellationToken, Task<Plain>> decompress) =>
        (_tar, _member, IsCompressed, _decompress) = (tar, member, isCompressed, decompress);

    /// <summary>Bytes of it in the archive.</summary>
    public long StoredSize => _member.Length;

    /// <summary>Whether it is to be decompressed first.</summary>
    public bool IsCompressed { get; }

    /// <summary>Finds a layer; of its content only the first bytes are read.</summary>
    /// <param name="tar">The archive.</param>
    /// <param name="entry">Name of the layer's entry, as found.</param>
    /// <param name="id">Digest of the plain tar, as the configuration says; for progress.</param>
    /// <param name="reference">The archive's reference, for error messages.</param>
    /// <param name="context">Where to decompress to.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">BlobMissing, InvalidImage.</exception>
    public static async Task<PlainLayer> FindAsync(
        TarFile tar, string entry, Digest id, ImageReference reference, TransportContext context,
        CancellationToken cancellationToken)
    {
        var member = tar.Find(TarPath.Normalize(entry))
            ?? throw new DiffahException(
                DiffahErrors.BlobMissing, $"The layer '{entry}' is not in '{reference.Shown}'.");
        var stored = new StoredContent($"layer '{entry}' of '{reference.Shown}'", member.Length, context.Bounds);
        var (kind, content) = await CompressionFormat.OpenAsync(tar.Open(member), stored, cancellationToken);
        await content.DisposeAsync();
        return new PlainLayer(tar, member, kind != CompressionKind.None,
            ct => DecompressAsync(tar.Open(member), $"layer {id.ShortHex}", stored, context, ct));
    }

    /// <summary>Size of the plain tar, in bytes.</summary>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">InvalidImage: the compression is damaged.</exception>
    public async Task<long> SizeAsync(CancellationToken cancellationToken) =>
        IsCompressed ? (await PlainAsync(cancellationToken)).Size : _member.Length;

    /// <summary>Opens the plain tar; any number of times.</summary>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">InvalidImage: the compression is damaged.</exception>
    public async Task<Stream> OpenAsync(CancellationToken cancellationToken) => IsCompressed
        ? FolderFiles.OpenRead((await PlainAsync(cancellationToken)).Path)
        : _tar.Open(_member);

    private Task<Plain> PlainAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _plain ??= _decompress(cancellationToken);
    }

    private static async Task<Plain> DecompressAsync(
        Stream source, string part, StoredContent stored, TransportContext context, CancellationToken cancellationToken)
    {
        using var progress = context.Events.For("transports").BeginPart(part, "decompressing", stored.Length);
        var (_, content) = await CompressionFormat.OpenAsync(
            new CountingReadStream(source, progress.Advance), stored, cancellationToken);
        await using (content)
        {
            var path = context.Work.NewFilePath("layer.tar");
            var size = await TarFile.DecompressAsync(content, path, stored.What, cancellationToken);
            progress.EndStage();
            return new Plain(path, size);
        }
    }

    private sealed record Plain(string Path, long Size);
}
