using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Producing;

/// <summary>
/// An archive that goes to standard output. It waits in the work directory until it is whole and read back.
/// </summary>
internal sealed class ArchiveStreamOutput : ArchiveOutput
{
    private readonly WorkDirectory _work;
    private readonly StandardStreams _streams;
    private readonly EventSink _events;
    private readonly AtomicFile _archive;

    private ArchiveStreamOutput(WorkDirectory work, StandardStreams streams, EventSink events)
    {
        (_work, _streams, _events) = (work, streams, events);
        _archive = new AtomicFile(work.NewFilePath("standard-output"), overwrite: false);
    }

    /// <inheritdoc/>
    public override Stream Stream => _archive.Stream;

    /// <inheritdoc/>
    public override string FinalPath => StandardStreams.Name;

    /// <summary>Makes sure that the archive can be written.</summary>
    /// <exception cref="DiffahException">InvalidArgument: there is no standard output, or it is taken.</exception>
    public static ArchiveStreamOutput Open(CreateArchiveRequest request, StandardStreams streams, EventSink events)
    {
        streams.TakeOutput("the archive");
        var work = new WorkDirectory(request.WorkDirectory ?? RequestGuard.SpoolFolderFor(request.OutputPath));
        try
        {
            return new ArchiveStreamOutput(work, streams, events);
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a signature that would have no place, and volumes of a stream.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static void RequireAlone(CreateArchiveRequest request)
    {
        if (request.VolumeSize is not null && StandardStreams.AreMeant(request.OutputPath))
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "An archive that goes to standard output can't be in volumes: they are files.",
                "Write the archive to a file, or leave VolumeSize (--volume-size) out.");
        if (request.SigningKey is not null && StandardStreams.AreMeant(request.OutputPath))
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "An archive that goes to standard output can't be signed: its signature is a file beside it.",
                $"Write the archive to a file, and send it with its signature ({ArchiveSignature.Suffix}); "
                    + "or leave the key out.");
    }

    /// <inheritdoc/>
    public override IFileBytes OpenWritten() => FileBytes.Open(_archive.TemporaryPath);

    /// <inheritdoc/>
    public override Task FinishAsync(CancellationToken cancellationToken) => _archive.FinishAsync(cancellationToken);

    /// <inheritdoc/>
    public override Task PublishAsync(ReadOnlyMemory<byte> sidecar, CancellationToken cancellationToken) =>
        _streams.SendAsync(_archive.TemporaryPath, _events, cancellationToken);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _archive.Dispose();
        _work.Dispose();
    }
}
