using System.Collections.Concurrent;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Opens what makes parts. Encoders that are run as a whole have large tables, and are used again.</summary>
internal sealed class PartRebuilders : IDisposable
{
    private readonly ConcurrentDictionary<EncoderProfile, ConcurrentBag<SegmentEncoder>> _idle = new();

    /// <summary>Opens what makes a part.</summary>
    /// <param name="unit">The part.</param>
    /// <param name="window">Has its content.</param>
    /// <param name="output">Takes what is made.</param>
    public PartRebuilder Open(RebuildUnit unit, ContentWindow window, BitWriter output)
    {
        if (!unit.Part.IsWhole)
            return new TokenPartRebuilder(unit, window, output);
        var idle = Idle(unit.Part);
        if (!idle.TryTake(out var encoder))
            encoder = SegmentEncoders.Create(unit.Part.Profile);
        return new SegmentPartRebuilder(unit, encoder, window, output, () => idle.Add(encoder));
    }

    public void Dispose()
    {
        foreach (var idle in _idle.Values)
        {
            while (idle.TryTake(out var encoder))
                encoder.Dispose();
        }
    }

    private ConcurrentBag<SegmentEncoder> Idle(RecipePart part) => _idle.GetOrAdd(part.Profile, _ => []);
}
