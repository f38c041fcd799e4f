using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Producing;

/// <summary>Where an archive goes that is made. It gets there whole, or not at all.</summary>
internal abstract class ArchiveOutput : IDisposable
{
    /// <summary>What to write the archive to.</summary>
    public abstract Stream Stream { get; }

    /// <summary>The path the archive will have, or the name of the stream that it goes to.</summary>
    public abstract string FinalPath { get; }

    /// <summary>Loads the key, where there is one, and makes sure that the archive can be written.</summary>
    /// <exception cref="DiffahException">DestinationExists, FileNotFound, InvalidArgument, and what
    /// <see cref="ArchiveSigner.LoadAsync"/> throws.</exception>
    public static async Task<ArchiveOutput> OpenAsync(
        CreateArchiveRequest request, StandardStreams streams, EventSink events, CancellationToken cancellationToken)
    {
        if (StandardStreams.AreMeant(request.OutputPath))
            return ArchiveStreamOutput.Open(request, streams, events);
        var signer = request.SigningKey is { } key ? await ArchiveSigner.LoadAsync(key, cancellationToken) : null;
        return request.VolumeSize is null
            ? ArchiveFileOutput.Open(request, signer, events)
            : ArchiveVolumeOutput.Open(request, signer, events);
    }

    /// <summary>Opens what was written, before it is published.</summary>
    public abstract IFileBytes OpenWritten();

    /// <summary>Ends the writing of the archive.</summary>
    public abstract Task FinishAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Signs the archive, where there is a key, and lets everything appear. To be called after
    /// <see cref="FinishAsync"/>.
    /// </summary>
    /// <param name="sidecar">The archive's sidecar, read back from what was written.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="DiffahException">DestinationExists, where somebody made one of the files meanwhile;
    /// DestinationBusy; OutputClosed.</exception>
    public abstract Task PublishAsync(ReadOnlyMemory<byte> sidecar, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
