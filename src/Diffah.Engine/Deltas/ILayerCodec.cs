using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>A way of storing a layer against a baseline. The archive names it for each blob that it stored.</summary>
internal interface ILayerCodec
{
    /// <summary>The name in archives.</summary>
    string Name { get; }

    /// <summary>Makes what encodes with the knobs of one operation.</summary>
    /// <param name="budget">What may be used.</param>
    ILayerEncoder CreateEncoder(EncodingBudget budget);

    /// <summary>
    /// Opens the blob that stored bytes stand for; what can't be decoded throws <see cref="InvalidDataException"/>.
    /// </summary>
    /// <param name="stored">What the archive holds; owned by the result.</param>
    /// <param name="needs">The baseline blobs of <see cref="StoredBlob.Needs"/>, mapped; they live until the result is
    /// disposed of.</param>
    Stream Open(Stream stored, IReadOnlyList<MappedFile> needs);

    /// <summary>Checks what can be checked without the baseline.</summary>
    /// <param name="blob">What the archive says of the blob.</param>
    /// <param name="stored">The beginning of what it stores; at least <see cref="StartLength"/> bytes where there are
    /// as many.</param>
    /// <returns>Why it can't be right; null where it may be.</returns>
    string? WhyWrong(StoredBlob blob, ReadOnlySpan<byte> stored);

    /// <summary>How far back stored bytes refer, in bytes; null where they don't tell.</summary>
    /// <param name="stored">Their beginning, as for <see cref="WhyWrong"/>.</param>
    ulong? WindowOf(ReadOnlySpan<byte> stored);

    /// <summary>How many bytes tell all that can be told without the baseline.</summary>
    int StartLength { get; }
}

/// <summary>A baseline layer that is worth a try.</summary>
/// <param name="Digest">Digest of its blob.</param>
/// <param name="Size">Size of its blob, in bytes.</param>
/// <param name="SharedBytes">Bytes of distinct file contents that it has in common with the target.</param>
internal sealed record LayerCandidate(Digest Digest, long Size, long SharedBytes);

/// <summary>What one operation encodes with.</summary>
/// <param name="Options">The knobs, validated.</param>
/// <param name="Work">Where results and trials go.</param>
/// <param name="Memory">Admits encodes by their memory.</param>
internal sealed record EncodingBudget(EncodingOptions Options, WorkDirectory Work, MemoryGate Memory);

/// <summary>What a layer takes at the most.</summary>
/// <param name="Bytes">Bytes that travel for it.</param>
/// <param name="Content">The content that it may be made of; null where it needs none.</param>
internal sealed record LayerEstimate(long Bytes, EncodedContent? Content = null)
{
    /// <summary>Whether these are the bytes of the way by the content.</summary>
    public bool IsByContent { get; init; }

    /// <summary>Why it would not travel as its content; null where it would.</summary>
    public LayerFallback? Fallback { get; init; }
}

/// <summary>Stores layers against a baseline, with the knobs of one operation.</summary>
internal interface ILayerEncoder : IDisposable
{
    /// <summary>Refuses, before any work, what the memory budget can never admit.</summary>
    /// <param name="targets">The layers to encode.</param>
    /// <param name="largestBaseline">Size of the largest baseline layer, in bytes.</param>
    /// <exception cref="DiffahException">MemoryBudgetExceeded, naming the layer and what would help.</exception>
    void CheckMemory(IEnumerable<Layer> targets, long largestBaseline);

    /// <summary>Reads a layer, of a baseline or of a target, so that nothing waits for it later.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="store">Keeps what is read.</param>
    /// <param name="progress">Told of stages and bytes.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    Task ReadAsync(Layer layer, LayerStore store, ProgressScope progress, CancellationToken cancellationToken);

    /// <summary>The baseline layers that are worth a try, most promising first.</summary>
    /// <param name="target">The layer to encode.</param>
    /// <param name="baseline">What the other side has.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    Task<ImmutableArray<LayerCandidate>> RankAsync(
        Layer target, BaselineView baseline, CancellationToken cancellationToken);

    /// <summary>
    /// What the layer takes at the most, by a quick trial; its own size where nothing is gained.
    /// </summary>
    /// <param name="target">The layer to encode.</param>
    /// <param name="baseline">What the other side has.</param>
    /// <param name="progress">Told of stages and bytes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    Task<LayerEstimate> EstimateAsync(
        Layer target, BaselineView baseline, ProgressScope progress, CancellationToken cancellationToken);

    /// <summary>Encodes a layer, and proves that it comes back.</summary>
    /// <param name="target">The layer to encode.</param>
    /// <param name="baseline">What the other side has.</param>
    /// <param name="limit">Bytes that others take for it: what is not smaller is of no use.</param>
    /// <param name="progress">Told of stages and bytes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What travels; null where nothing smaller was found.</returns>
    Task<EncodedBlob?> EncodeAsync(
        Layer target, BaselineView baseline, long limit, ProgressScope progress, CancellationToken cancellationToken);

    /// <summary>
    /// Why a layer that <see cref="EncodeAsync"/> was asked for can't be stored so; null where it can.
    /// </summary>
    /// <param name="target">The layer.</param>
    LayerFallback? WhyNot(Layer target) => null;

    /// <summary>Says how a layer that does not travel is made of its content; null where it can't say.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="store">Keeps what is read.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    Task<EncodedReuse?> DescribeAsync(Layer layer, LayerStore store, CancellationToken cancellationToken) =>
        Task.FromResult<EncodedReuse?>(null);
}
