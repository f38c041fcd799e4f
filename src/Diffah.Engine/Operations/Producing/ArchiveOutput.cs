using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Producing;

/// <summary>
/// The place of an archive and of its signature. Both appear together; where an archive is not signed, no signature of
/// an older one stays beside it, since it could only be wrong.
/// </summary>
internal sealed class ArchiveOutput : IDisposable
{
    private readonly AtomicFile _archive;
    private readonly ArchiveSigner? _signer;
    private readonly AtomicFile? _signature;
    private readonly bool _overwrite;
    private readonly EventSink _events;

    private ArchiveOutput(string path, bool overwrite, ArchiveSigner? signer, EventSink events)
    {
        (_overwrite, _signer, _events) = (overwrite, signer, events);
        SignaturePath = path + ArchiveSignature.Suffix;
        LockPath = Path.Combine(Path.GetDirectoryName(path)!, RunNames.LockOf(Path.GetFileName(path)));
        // A run that was killed while it published: the signature is that of an archive that never appeared.
        if (File.Exists(SignaturePath) && !File.Exists(path) && FileLock.IsLeft(LockPath))
            File.Delete(SignaturePath);
        RequireNoOrphan();
        _archive = new AtomicFile(path, overwrite);
        try
        {
            _signature = signer is null ? null : new AtomicFile(SignaturePath, overwrite);
        }
        catch
        {
            _archive.Dispose();
            throw;
        }
    }

    /// <summary>What to write the archive to.</summary>
    public Stream Stream => _archive.Stream;

    /// <summary>The path the archive has until commit.</summary>
    public string TemporaryPath => _archive.TemporaryPath;

    /// <summary>The path the archive will have.</summary>
    public string FinalPath => _archive.FinalPath;

    private string SignaturePath { get; }

    private string LockPath { get; }

    /// <summary>Loads the key, where there is one, and makes sure that both files can be written.</summary>
    /// <exception cref="DiffahException">DestinationExists, FileNotFound, and what
    /// <see cref="ArchiveSigner.LoadAsync"/> throws.</exception>
    public static async Task<ArchiveOutput> OpenAsync(
        CreateArchiveRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var signer = request.SigningKey is { } key ? await ArchiveSigner.LoadAsync(key, cancellationToken) : null;
        try
        {
            return new ArchiveOutput(request.OutputPath, request.Overwrite, signer, events);
        }
        catch
        {
            signer?.Dispose();
            throw;
        }
    }

    /// <summary>Ends the writing of the archive.</summary>
    public Task FinishAsync(CancellationToken cancellationToken) => _archive.FinishAsync(cancellationToken);

    /// <summary>
    /// Signs the archive, where there is a key, and lets everything appear. To be called after
    /// <see cref="FinishAsync"/>.
    /// </summary>
    /// <param name="sidecar">The archive's sidecar, read back from the temporary path.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="DiffahException">DestinationExists, where somebody made one of the files meanwhile;
    /// DestinationBusy.</exception>
    public async Task PublishAsync(ReadOnlyMemory<byte> sidecar, CancellationToken cancellationToken)
    {
        if (_signature is not null)
        {
            await _signature.Stream.WriteAsync(_signer!.Sign(sidecar), cancellationToken);
            await _signature.FinishAsync(cancellationToken);
        }
        // Two runs that write the same archive: the pair of one, then the pair of the other, never one of each.
        using (await FileLock.TakeAsync(LockPath, FinalPath, _events, cancellationToken))
            Commit();
    }

    public void Dispose()
    {
        // The signature first: the folder that the archive made goes when nothing is in it.
        _signature?.Dispose();
        _archive.Dispose();
        _signer?.Dispose();
    }

    private void Commit()
    {
        if (_signature is not null)
        {
            AtomicPair.Commit(_archive, _signature);
            return;
        }
        RequireNoOrphan();
        _archive.Commit();
        File.Delete(SignaturePath);
    }

    private void RequireNoOrphan()
    {
        if (!_overwrite && File.Exists(SignaturePath))
            throw new DiffahException(DiffahErrors.DestinationExists, $"'{SignaturePath}' exists already.");
    }
}
