using Diffah.Engine.Content;
using Diffah.Engine.Images;

namespace Diffah.Engine.Transports.Storage;

/// <summary>Where the archive of a reference is: a file, or a standard stream.</summary>
internal static class ArchivePlace
{
    /// <summary>
    /// The path of an archive to read; what comes through standard input is written to the work directory first.
    /// </summary>
    /// <param name="reference">Which archive.</param>
    /// <param name="streams">The standard streams.</param>
    /// <param name="context">Where to spool.</param>
    /// <param name="cancellationToken">Stops the reading of the stream.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidArgument: the stream can't be read.</exception>
    public static async Task<string> FindAsync(
        ImageReference reference, StandardStreams streams, TransportContext context,
        CancellationToken cancellationToken) =>
        reference.IsStandardStream
            ? await streams.SpoolAsync(
                reference.ToString(), context.Work, context.Events.For("transports"), cancellationToken)
            : reference.Path!;

    /// <summary>Refuses a place that <see cref="Create"/> would refuse. Writes nothing.</summary>
    /// <param name="reference">Which archive.</param>
    /// <param name="overwrite">Whether a file that is there already may be replaced.</param>
    /// <param name="streams">The standard streams.</param>
    /// <exception cref="Diagnostics.DiffahException">DestinationExists, FileNotFound; InvalidArgument: the stream can't
    /// be written.</exception>
    public static void RequireRoom(ImageReference reference, bool overwrite, StandardStreams streams)
    {
        if (reference.IsStandardStream)
            streams.RequireOutput(reference.ToString());
        else
            AtomicFile.RequireRoom(reference.Path!, overwrite);
    }

    /// <summary>Begins an archive.</summary>
    /// <param name="reference">Where it goes.</param>
    /// <param name="overwrite">Whether a file that is there already may be replaced.</param>
    /// <param name="streams">The standard streams.</param>
    /// <param name="context">Where an archive waits that goes to a stream.</param>
    /// <exception cref="Diagnostics.DiffahException">DestinationExists, FileNotFound; InvalidArgument: the stream can't
    /// be written.</exception>
    public static TarOutput Create(
        ImageReference reference, bool overwrite, StandardStreams streams, TransportContext context)
    {
        if (!reference.IsStandardStream)
            return TarOutput.ToFile(reference.Path!, overwrite);
        streams.TakeOutput(reference.ToString());
        var events = context.Events.For("transports");
        return TarOutput.ToFile(
            context.Work.NewFilePath("standard-output"),
            (path, cancellationToken) => streams.SendAsync(path, events, cancellationToken));
    }
}
