using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Producing;

/// <summary>
/// The place of an archive and of its signature. Both appear together; where an archive is not signed, no signature of
/// an older one stays beside it, since it could only be wrong.
/// </summary>
internal sealed class ArchiveFileOutput : ArchiveOutput
{
    private readonly AtomicFile _archive;
    private readonly ArchiveSigner? _signer;
    private readonly AtomicFile? _signature;
    private readonly bool _overwrite;
    private readonly EventSink _events;

    private ArchiveFileOutput(string path, bool overwrite, ArchiveSigner? signer, EventSink events)
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

    /// <inheritdoc/>
    public override Stream Stream => _archive.Stream;

    /// <inheritdoc/>
    public override string FinalPath => _archive.FinalPath;

    private string SignaturePath { get; }

    private string LockPath { get; }

    /// <summary>Makes sure that both files can be written.</summary>
    /// <param name="request">Where to.</param>
    /// <param name="signer">Signs the archive; owned, also where this throws; null where it is not signed.</param>
    /// <param name="events">Whom to tell.</param>
    /// <exception cref="DiffahException">DestinationExists, FileNotFound.</exception>
    public static ArchiveFileOutput Open(CreateArchiveRequest request, ArchiveSigner? signer, EventSink events)
    {
        try
        {
            return new ArchiveFileOutput(request.OutputPath, request.Overwrite, signer, events);
        }
        catch
        {
            signer?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IFileBytes OpenWritten() => FileBytes.Open(_archive.TemporaryPath);

    /// <inheritdoc/>
    public override Task FinishAsync(CancellationToken cancellationToken) => _archive.FinishAsync(cancellationToken);

    /// <inheritdoc/>
    public override async Task PublishAsync(ReadOnlyMemory<byte> sidecar, CancellationToken cancellationToken)
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

    public override void Dispose()
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
