using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// A blob being rebuilt from a patch: keeps what it needs of the baseline mapped while it is read, and types what a
/// damaged patch throws.
/// </summary>
/// <param name="decoded">The codec's stream; owned.</param>
/// <param name="needs">The mapped baseline blobs; owned.</param>
/// <param name="blob">Which blob of which archive, for the error message.</param>
/// <param name="admission">The memory it may take; owned. Null where that is not counted.</param>
internal sealed class PatchedStream(
    Stream decoded, IReadOnlyList<MappedFile> needs, string blob, IDisposable? admission)
    : ForwardReadStream
{
    /// <summary>
    /// What to do where a patch gives wrong bytes, or none. The baseline's blob was verified before, so it is the
    /// patch.
    /// </summary>
    public const string NextAction = "The baseline was read and is right, so it is the delta archive that is wrong: "
        + "copy it again from where it was made, and compare checksums; where they are the same, make it again.";

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return decoded.Read(buffer);
        }
        catch (Exception e) when (e is InvalidDataException or RecipeRefusedException)
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
        catch (Exception e) when (e is InvalidDataException or RecipeRefusedException)
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
            admission?.Dispose();
        }
        base.Dispose(disposing);
    }

    private DiffahException Damaged(Exception e) =>
        new(DiffahErrors.PatchInvalid, $"The patch for blob {blob} can't be applied: {e.Message}", NextAction, e);
}
