using System.Buffers;
using System.Net;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry.Auth;
using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Engine.Transports.Registry.Api;

/// <summary>
/// Pushes one blob: in one piece, or in several where that is configured or the registry refuses one. After a step
/// whose outcome is not known the registry is asked before anything is sent again.
/// </summary>
/// <param name="repository">Where to.</param>
/// <param name="blob">The blob.</param>
/// <param name="content">Its bytes; sent again only where they can be had again.</param>
/// <param name="what">For messages.</param>
internal sealed class BlobUpload(RegistryRepository repository, Descriptor blob, Stream content, string what)
{
    private const int DefaultChunk = 8 << 20;
    private const int MaximumChunk = 64 << 20;

    private readonly long _start = content.CanSeek ? content.Position : 0;
    private UploadSession? _session;
    private bool _begun;

    private bool CanBeginAgain => content is IRestartable || content.CanSeek;

    /// <summary>Pushes the blob.</summary>
    /// <param name="opened">An upload that is open already; null for none.</param>
    /// <param name="cancellationToken">Stops it; the upload is cancelled.</param>
    public async Task RunAsync(UploadSession? opened, CancellationToken cancellationToken)
    {
        _session = opened;
        try
        {
            if (repository.Options.UploadChunkSize is not null || !await TryWholeAsync(cancellationToken))
                await PiecesAsync(cancellationToken);
        }
        catch
        {
            await GiveUpAsync();
            throw;
        }
    }

    /// <summary>False where the registry does not take blobs in one piece.</summary>
    private Task<bool> TryWholeAsync(CancellationToken cancellationToken) => repository.RunAsync(what, async ct =>
    {
        if (_begun && await repository.HasBlobOnceAsync(blob.Digest, RegistryScopes.Push(repository.Name), ct))
            return await ReadToEndAsync(ct);
        await BeginAsync(ct);
        try
        {
            await _session!.PutWholeOnceAsync(blob, () => new UploadContent(content, blob.Size, $"Blob {blob.Digest}"),
                CanBeginAgain ? RewindAsync : null, ct);
            return true;
        }
        catch (RegistryStatusException e) when (WantsPieces(e) && CanBeginAgain)
        {
            await GiveUpAsync();
            return false;
        }
        catch (Exception e)
        {
            await GiveUpAsync();
            if (CanBeginAgain)
                throw;
            // There is no second try, so this is the time to ask whether the first came through.
            if (await IsThereAsync(e, ct))
                return await ReadToEndAsync(ct);
            if (repository.Explain(e, what) is { } error)
                throw error;
            throw;
        }
    }, cancellationToken);

    private async Task PiecesAsync(CancellationToken cancellationToken)
    {
        await repository.RunAsync(what, BeginAsync, cancellationToken);
        var size = Math.Clamp(repository.Options.UploadChunkSize ?? DefaultChunk,
            Math.Min(_session!.MinimumChunk, MaximumChunk), MaximumChunk);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(size, Math.Max(blob.Size, 1)));
        try
        {
            for (long offset = 0; offset < blob.Size;)
            {
                var piece = buffer.AsMemory(0, (int)Math.Min(size, blob.Size - offset));
                if (await content.ReadAtLeastAsync(
                    piece, piece.Length, throwOnEndOfStream: false, cancellationToken) < piece.Length)
                    throw WrongSize("less");
                await PieceAsync(piece, offset, cancellationToken);
                offset += piece.Length;
            }
            if (await content.ReadAsync(buffer.AsMemory(0, 1), cancellationToken) > 0)
                throw WrongSize("more");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        await CompleteAsync(cancellationToken);
    }

    private Task<bool> PieceAsync(ReadOnlyMemory<byte> piece, long offset, CancellationToken cancellationToken)
    {
        var unknown = false;
        return repository.RunAsync(what, async ct =>
        {
            var arrived = unknown ? await _session!.AskOnceAsync(ct) - offset : 0;
            if (arrived < 0 || arrived > piece.Length)
                throw RegistryProtocol.Broken(
                    $"{repository.Client.Host} lost track of an upload: it has {offset + arrived} bytes.");
            unknown = true;
            if (arrived < piece.Length)
                await _session!.PatchOnceAsync(piece[(int)arrived..], offset + arrived, ct);
            return true;
        }, cancellationToken);
    }

    private Task<bool> CompleteAsync(CancellationToken cancellationToken)
    {
        var unknown = false;
        return repository.RunAsync(what, async ct =>
        {
            if (unknown && await repository.HasBlobOnceAsync(blob.Digest, RegistryScopes.Push(repository.Name), ct))
                return true;
            unknown = true;
            await _session!.CompleteOnceAsync(blob, ct);
            return true;
        }, cancellationToken);
    }

    /// <summary>Has an upload open and the content at its beginning.</summary>
    private async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        _session ??= await UploadSession.OpenOnceAsync(repository, cancellationToken);
        if (_begun)
            await RewindAsync(cancellationToken);
        return _begun = true;
    }

    /// <summary>
    /// Reads what was not sent, since the registry has the blob: whoever gave the content knows then that it is right.
    /// </summary>
    private async Task<bool> ReadToEndAsync(CancellationToken cancellationToken)
    {
        if (CanBeginAgain)
            await RewindAsync(cancellationToken);
        await content.CopyToAsync(Stream.Null, cancellationToken);
        return true;
    }

    private async Task RewindAsync(CancellationToken cancellationToken)
    {
        if (content is IRestartable restartable)
            await restartable.RestartAsync(cancellationToken);
        else
            content.Position = _start;
    }

    private async Task<bool> IsThereAsync(Exception fault, CancellationToken cancellationToken) =>
        RegistryFaults.IsTransient(fault)
            && await repository.HasBlobOnceAsync(blob.Digest, RegistryScopes.Push(repository.Name), cancellationToken);

    private async Task GiveUpAsync()
    {
        if (_session is not null)
            await _session.CancelAsync();
        _session = null;
    }

    // 413 is what a proxy with a limit on bodies answers; others of 400 and above what a registry answers that takes
    // no body with the last step of an upload. Where the blob itself is refused, or who sends it, pieces do not help.
    private static bool WantsPieces(RegistryStatusException fault) =>
        fault.Status is HttpStatusCode.NotImplemented
        || (fault.Status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.LengthRequired
                or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType
                or HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable
            && !fault.Detail.StartsWith("DIGEST_INVALID", StringComparison.Ordinal));

    private DiffahException WrongSize(string difference) =>
        new(DiffahErrors.SizeMismatch, $"Blob {blob.Digest} has {difference} than the {blob.Size} bytes promised.");
}
