using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations;

/// <summary>What to make a delta from, and where to.</summary>
public sealed record CreateDeltaRequest
{
    /// <summary>The image the other side has. A path in it is absolute.</summary>
    public required ImageReference Baseline { get; init; }

    /// <summary>The image the other side is to get. A path in it is absolute.</summary>
    public required ImageReference Target { get; init; }

    /// <summary>Absolute path of the archive to write.</summary>
    public required string OutputPath { get; init; }

    /// <summary>The encoding's knobs.</summary>
    public EncodingOptions Encoding { get; init; } = new();

    /// <summary>Whether a file that is there already may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the folder of the output (the system's temporary folder for a plan).</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>The archive's creation time; null is now. Fixed, the same inputs give the same bytes.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>Makes a delta archive for one image.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class CreateDelta(ITransportCatalog transports)
{
    /// <summary>Makes the archive.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <returns>What the archive says of itself.</returns>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaArchive> RunAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        throw new NotImplementedException(transports.ToString());

    /// <summary>Says what <see cref="RunAsync"/> would do. Reads both images and tries patches quickly; writes nothing but to the work directory.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaPlan> PlanAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
