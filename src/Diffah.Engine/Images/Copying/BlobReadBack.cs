using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Copying;

/// <summary>
/// Reads back what a destination wrote of each blob, behind the writing of the next ones: the hash is most of the cost,
/// and so it takes little time of its own.
/// </summary>
/// <param name="destination">What was written to.</param>
/// <param name="stop">Stopped where a blob does not read back as it was written.</param>
internal sealed class BlobReadBack(IImageDestination destination, CancellationTokenSource stop) : IDisposable
{
    private const int MostAtOnce = 2;

    private readonly SemaphoreSlim _slots = new(MostAtOnce);
    private readonly List<Task> _checks = [];
    private DiffahException? _failure;

    /// <summary>Begins to read back a blob, as soon as not too many others are being read.</summary>
    /// <param name="blob">Its descriptor.</param>
    /// <param name="progress">Told of bytes as they are read; disposed of at the end.</param>
    public async Task BeginAsync(Descriptor blob, ProgressScope progress)
    {
        await _slots.WaitAsync(stop.Token);
        lock (_checks)
            _checks.Add(Task.Run(() => CheckAsync(blob, progress)));
    }

    /// <summary>Waits until all are read.</summary>
    /// <exception cref="DiffahException">ReadBackFailed.</exception>
    public async Task FinishAsync()
    {
        await Task.WhenAll(_checks);
        if (_failure is not null)
            throw _failure;
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task CheckAsync(Descriptor blob, ProgressScope progress)
    {
        try
        {
            using (progress)
                await ReadAsync(blob, progress);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Interlocked.CompareExchange(ref _failure, Failed(blob, DiffahException.From(e)), null);
            await stop.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // Somebody else's failure, or the caller's wish: that is what is told.
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task ReadAsync(Descriptor blob, ProgressScope progress)
    {
        if (destination.TryOpenWritten(blob) is not { } written)
            return;
        progress.BeginStage("reading back", blob.Size);
        using var verified = new VerifyingStream(written, blob.Digest, blob.Size, "What was written");
        await verified.CopyToAsync(Stream.Null, progress.Advance, stop.Token);
    }

    private DiffahException Failed(Descriptor blob, DiffahException cause) => new(DiffahErrors.ReadBackFailed,
        $"Blob {blob.Digest} does not read back from {destination.Reference} as it was written: {cause.Message}",
        inner: cause);
}
