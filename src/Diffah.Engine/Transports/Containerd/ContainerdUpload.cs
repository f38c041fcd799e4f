using System.Buffers;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Libraries.Containerd;

namespace Diffah.Engine.Transports.Containerd;

/// <summary>Writes one blob. containerd checks size and digest before the blob is there.</summary>
/// <param name="store">Where to.</param>
/// <param name="lease">What protects the blob.</param>
/// <param name="blob">The blob.</param>
/// <param name="what">For messages.</param>
internal sealed class ContainerdUpload(ContainerdStore store, ContainerdLease lease, Descriptor blob, string what)
{
    // Well below what containerd takes in one message (16 MiB).
    private const int ChunkSize = 512 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> NoLabels = [];

    private readonly string _digest = blob.Digest.ToString();
    private readonly string _name = lease.NameOf($"{Guid.NewGuid():N}");

    /// <summary>Writes the blob.</summary>
    /// <param name="content">Its bytes; read to their end.</param>
    /// <param name="labels">The labels that it gets, there before or not; null for none.</param>
    /// <param name="cancellationToken">Stops it; what was written is given up.</param>
    public async Task RunAsync(
        Stream content, IReadOnlyDictionary<string, string>? labels, CancellationToken cancellationToken)
    {
        var scope = await lease.UseAsync(cancellationToken);
        if (await TryWriteAsync(content, labels ?? NoLabels, scope, cancellationToken))
            return;
        // Somebody else was faster. Protected first: what is there then stays.
        await lease.ProtectAsync(_digest, cancellationToken);
        if (await store.RunAsync(what, c => c.FindBlobAsync(_digest, scope, cancellationToken)) is null)
            throw new DiffahException(
                DiffahErrors.DestinationBusy, $"{store} had {what}, and somebody removed it at the same time.");
        if (labels is { Count: > 0 })
            await store.RunAsync(what, c => c.LabelBlobAsync(_digest, labels, scope, cancellationToken));
    }

    /// <summary>False where the blob is there already.</summary>
    private async Task<bool> TryWriteAsync(
        Stream content, IReadOnlyDictionary<string, string> labels, ContainerdScope scope,
        CancellationToken cancellationToken)
    {
        var isOver = false;
        var writer = store.Client.WriteBlob(_name, _digest, blob.Size, scope);
        try
        {
            var isNew = await BeginAsync(writer, content, cancellationToken)
                && await UnlessThereAsync(() => writer.CommitAsync(labels, cancellationToken));
            isOver = true;
            return isNew;
        }
        finally
        {
            writer.Dispose();
            if (!isOver)
                await AbortAsync();
        }
    }

    /// <summary>Hands over all bytes; false where the blob is there already.</summary>
    private async Task<bool> BeginAsync(BlobWriter writer, Stream content, CancellationToken cancellationToken)
    {
        var there = blob.Size;
        var isNew = await UnlessThereAsync(async () => there = await writer.BeginAsync(cancellationToken));
        if (there == 0)
            await SendAsync(writer, content, cancellationToken);
        else if (there == blob.Size)
            await CheckAsync(content, cancellationToken);
        else
            throw new DiffahException(DiffahErrors.DaemonProtocol,
                $"{store} says that it has {there} bytes of {what}, which has {blob.Size} and is new.");
        return isNew;
    }

    private async Task SendAsync(BlobWriter writer, Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var sent = 0L;
            for (int read; (read = await content.ReadAtLeastAsync(
                buffer.AsMemory(0, ChunkSize), ChunkSize, throwOnEndOfStream: false, cancellationToken)) > 0;)
            {
                if (read > blob.Size - sent)
                    throw new DiffahException(
                        DiffahErrors.SizeMismatch, $"{what} is longer than the {blob.Size} bytes promised.");
                await store.RunAsync(what, _ => writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken));
                sent += read;
            }
            if (sent < blob.Size)
                throw new DiffahException(
                    DiffahErrors.SizeMismatch, $"{what} ends after {sent} of {blob.Size} bytes.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads bytes that need not be sent: they are promised to be right all the same.</summary>
    private async Task CheckAsync(Stream content, CancellationToken cancellationToken)
    {
        // Not disposed of, since that would close what is the caller's.
        var verified = VerifyingStream.Of(content, blob.Digest, blob.Size, what);
        await verified.CopyToAsync(Stream.Null, null, cancellationToken);
    }

    /// <summary>Does a step of the write; false where containerd says that the blob is there already.</summary>
    private async Task<bool> UnlessThereAsync(Func<Task> step)
    {
        try
        {
            await store.RunAsync(what, _ => step());
            return true;
        }
        catch (DiffahException e) when (e.InnerException is GrpcFaultException { Status: GrpcStatus.AlreadyExists })
        {
            return false;
        }
    }

    private async Task AbortAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await store.RunAsync(what, c => c.AbortWriteAsync(_name, store.Scope, limit.Token));
        }
        catch (Exception e) when (e is DiffahException or OperationCanceledException)
        {
            // There was nothing yet, or containerd is gone: it collects what the lease no longer protects.
        }
    }
}
