using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Copying;

/// <summary>
/// A blob on its way from a source to a destination: verified, counted, and opened anew where the destination must
/// begin again.
/// </summary>
internal sealed class VerifiedBlob : ForwardReadStream, IRestartable
{
    private readonly IImageSource _source;
    private readonly Descriptor _blob;
    private readonly ProgressScope _progress;
    private VerifyingStream _current;

    private VerifiedBlob(IImageSource source, Descriptor blob, ProgressScope progress, VerifyingStream current) =>
        (_source, _blob, _progress, _current) = (source, blob, progress, current);

    /// <summary>Opens a blob.</summary>
    /// <param name="source">Where it comes from; not owned.</param>
    /// <param name="blob">Its descriptor.</param>
    /// <param name="progress">Told of bytes as they are read.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    public static async Task<VerifiedBlob> OpenAsync(
        IImageSource source, Descriptor blob, ProgressScope progress, CancellationToken cancellationToken) =>
        new(source, blob, progress, await source.OpenVerifiedAsync(blob, cancellationToken));

    /// <summary>True once every byte was read and found right.</summary>
    public bool IsVerified => _current.IsVerified;

    /// <inheritdoc/>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await _current.DisposeAsync();
        _progress.BeginStage("writing", _blob.Size);
        _current = await _source.OpenVerifiedAsync(_blob, cancellationToken);
    }

    public override int Read(Span<byte> buffer) => Tell(_current.Read(buffer));

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Tell(await _current.ReadAsync(buffer, cancellationToken));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _current.Dispose();
        base.Dispose(disposing);
    }

    private int Tell(int read)
    {
        if (read > 0)
            _progress.Advance(read);
        return read;
    }
}
