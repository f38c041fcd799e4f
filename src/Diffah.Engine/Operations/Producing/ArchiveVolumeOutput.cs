using Diffah.Engine.Content;
using Diffah.Engine.Content.Volumes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Producing;

/// <summary>
/// The place of an archive in volumes, of the list of their checksums, and of the signature. All appear together, and
/// of an older archive of the same name nothing stays.
/// </summary>
internal sealed class ArchiveVolumeOutput : ArchiveOutput
{
    private readonly string _archive;
    private readonly bool _overwrite;
    private readonly ArchiveSigner? _signer;
    private readonly EventSink _events;
    private readonly VolumeWriter _volumes;

    private ArchiveVolumeOutput(CreateArchiveRequest request, ArchiveSigner? signer, EventSink events)
    {
        (_archive, _overwrite, _signer, _events) = (request.OutputPath, request.Overwrite, signer, events);
        if (!_overwrite && Existing().FirstOrDefault() is { } there)
            throw new DiffahException(DiffahErrors.DestinationExists, $"'{there}' exists already.");
        _volumes = new VolumeWriter(_archive, request.VolumeSize!.Value, _overwrite);
        _volumes.Begin();
    }

    /// <inheritdoc/>
    public override Stream Stream => _volumes;

    /// <inheritdoc/>
    public override string FinalPath => VolumeNames.Of(_archive, 1);

    /// <summary>Makes sure that the files can be written.</summary>
    /// <param name="request">Where to.</param>
    /// <param name="signer">Signs the archive; owned, also where this throws; null where it is not signed.</param>
    /// <param name="events">Whom to tell.</param>
    /// <exception cref="DiffahException">DestinationExists, FileNotFound.</exception>
    public static ArchiveVolumeOutput Open(CreateArchiveRequest request, ArchiveSigner? signer, EventSink events)
    {
        try
        {
            return new ArchiveVolumeOutput(request, signer, events);
        }
        catch
        {
            signer?.Dispose();
            throw;
        }
    }

    /// <summary>The files of an archive in volumes that are there.</summary>
    /// <param name="archive">Absolute path of the archive without a number.</param>
    public static IEnumerable<string> ExistingOf(string archive) =>
    [
        .. VolumeNames.Existing(archive).Values,
        .. new[] { VolumeNames.SumsOf(archive), archive + ArchiveSignature.Suffix }.Where(File.Exists),
    ];

    /// <inheritdoc/>
    public override IFileBytes OpenWritten() => _volumes.Open();

    /// <inheritdoc/>
    public override Task FinishAsync(CancellationToken cancellationToken) => _volumes.FinishAsync(cancellationToken);

    /// <inheritdoc/>
    public override async Task PublishAsync(ReadOnlyMemory<byte> sidecar, CancellationToken cancellationToken)
    {
        using var sums = await WriteAsync(
            VolumeNames.SumsOf(_archive), VolumeSums.Write(_volumes.Sums), cancellationToken);
        using var signature = _signer is null
            ? null
            : await WriteAsync(_archive + ArchiveSignature.Suffix, _signer.Sign(sidecar), cancellationToken);
        var folder = Path.GetDirectoryName(_archive)!;
        var lockPath = Path.Combine(folder, RunNames.LockOf(Path.GetFileName(_archive)));
        using (await FileLock.TakeAsync(lockPath, FinalPath, _events, cancellationToken))
        {
            AtomicFile[] files = [.. _volumes.Volumes, sums, .. signature is null ? [] : new[] { signature }];
            AtomicFiles.Commit(files, _overwrite ? Existing() : []);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _volumes.Dispose();
        _signer?.Dispose();
    }

    private IEnumerable<string> Existing() => ExistingOf(_archive);

    private async Task<AtomicFile> WriteAsync(
        string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var file = new AtomicFile(path, _overwrite);
        try
        {
            await file.Stream.WriteAsync(content, cancellationToken);
            await file.FinishAsync(cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
