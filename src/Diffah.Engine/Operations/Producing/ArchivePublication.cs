using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Producing;

/// <summary>Reads an archive back as any reader would, and only then lets it appear, with its signature.</summary>
/// <param name="output">The archive, written to its end.</param>
/// <param name="gate">Says how large it may be.</param>
/// <param name="work">Where to decompress to.</param>
/// <param name="events">Whom to tell.</param>
internal sealed class ArchivePublication(ArchiveOutput output, SizeGate gate, WorkDirectory work, EventSink events)
{
    /// <summary>Publishes the archive.</summary>
    /// <param name="open">Opens what each of its parts is to hold.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">ReadBackFailed, ArchiveTooLarge, and what publishing throws.</exception>
    public async Task<DeltaArchive> RunAsync(Func<ArchivePart, Stream> open, CancellationToken cancellationToken)
    {
        var (described, sidecar) = await ReadBackAsync(open, cancellationToken);
        gate.Check(described, output.FinalPath);
        await output.PublishAsync(sidecar, cancellationToken);
        return described with { Path = output.FinalPath, IsSigned = ArchiveSignature.IsBeside(output.FinalPath) };
    }

    private async Task<(DeltaArchive Described, ReadOnlyMemory<byte> Sidecar)> ReadBackAsync(
        Func<ArchivePart, Stream> open, CancellationToken cancellationToken)
    {
        try
        {
            using var archive = await ArchiveReader.OpenAsync(
                output.OpenWritten(), output.FinalPath, work, events, cancellationToken);
            await ArchiveReadBack.CheckAsync(archive, open, output.FinalPath, cancellationToken);
            return (await ArchiveInspector.DescribeAsync(archive, cancellationToken), archive.ManifestBytes);
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            throw new DiffahException(DiffahErrors.ReadBackFailed,
                $"'{output.FinalPath}' does not read back as it was written: {e.Message}", inner: e);
        }
    }
}
