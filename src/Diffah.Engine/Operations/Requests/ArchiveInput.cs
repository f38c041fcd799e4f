using Diffah.Engine.Content;
using Diffah.Engine.Content.Volumes;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations.Requests;

/// <summary>A delta archive that is read: a file, or what comes through standard input.</summary>
internal static class ArchiveInput
{
    /// <summary>
    /// The path of the archive; what comes through standard input is written to the work directory first.
    /// </summary>
    /// <param name="archive">Absolute path of the archive, or <see cref="StandardStreams.Name"/>.</param>
    /// <param name="streams">The standard streams.</param>
    /// <param name="work">Where to spool.</param>
    /// <param name="events">Told how far it is.</param>
    /// <param name="cancellationToken">Stops the reading of the stream.</param>
    /// <exception cref="DiffahException">InvalidArgument: there is no stream, or another reads it.</exception>
    public static async Task<string> FindAsync(
        string archive, StandardStreams streams, WorkDirectory work, EventSink events,
        CancellationToken cancellationToken) =>
        StandardStreams.AreMeant(archive)
            ? await streams.SpoolAsync("the archive", work, events, cancellationToken)
            : archive;

    /// <summary>
    /// The path of the archive, of which each volume was checked alone, where it is in volumes.
    /// </summary>
    /// <param name="archive">Absolute path of the archive, or <see cref="StandardStreams.Name"/>.</param>
    /// <param name="streams">The standard streams.</param>
    /// <param name="work">Where to spool.</param>
    /// <param name="events">Told how far it is.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">InvalidArgument; VolumeMissing, VolumeInvalid.</exception>
    public static async Task<string> FindWholeAsync(
        string archive, StandardStreams streams, WorkDirectory work, EventSink events,
        CancellationToken cancellationToken)
    {
        var file = await FindAsync(archive, streams, work, events, cancellationToken);
        if (await VolumeSet.FindAsync(file, cancellationToken) is { } volumes)
            await volumes.RequireRightAsync(events, cancellationToken);
        return file;
    }
}
