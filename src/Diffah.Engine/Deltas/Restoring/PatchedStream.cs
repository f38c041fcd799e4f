using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// A blob being rebuilt from a patch: keeps what it needs of the baseline mapped while it is read, and types what a
/// damaged patch throws.
/// </summary>
/// <param name="decoded">The codec's stream; owned.</param>
/// <param name="needs">The mapped baseline blobs; owned.</param>
/// <param name="digest">The blob, for the error message.</param>
/// <param name="admission">The memory it may take; owned.</param>
internal sealed class PatchedStream(
    Stream decoded, IReadOnlyList<MappedFile> needs, Digest digest, IDisposable admission)
    : ForwardReadStream
{
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return decoded.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await decoded.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            decoded.Dispose();
            foreach (var need in needs)
                need.Dispose();
            admission.Dispose();
        }
        base.Dispose(disposing);
    }

    private DiffahException Damaged(InvalidDataException e) =>
        new(DiffahErrors.PatchInvalid, $"The patch for blob {digest} can't be applied: {e.Message}", inner: e);
}
