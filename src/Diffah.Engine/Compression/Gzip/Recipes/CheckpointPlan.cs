using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Where a long stream is cut into parts that can be rebuilt at the same time.</summary>
internal sealed class CheckpointPlan(long start)
{
    /// <summary>The content of a part, about. With the block that goes beyond it, and what is before it, it has most
    /// often less than 2 MiB.</summary>
    public const int Spacing = 1792 * 1024;

    private const int WorthIt = 2 * Spacing;

    private readonly List<Checkpoint> _checkpoints = [];
    private long _next = start + Spacing;

    /// <summary>A block begins.</summary>
    public void Offer(EncoderModel model, long bit, CorrectionWriter corrections)
    {
        if (model.Position < _next || _checkpoints.Count == RecipeBounds.Checkpoints)
            return;
        _checkpoints.Add(new(model.Position, bit, model.WindowBase, model.Matcher.Carried, corrections.Place));
        _next = model.Position + Spacing;
    }

    /// <summary>The places, or none where the content is short.</summary>
    public IReadOnlyList<Checkpoint> Take(long end) =>
        end - start <= WorthIt ? [] : [.. _checkpoints.Where(c => c.Content < end)];
}
