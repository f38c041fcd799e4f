using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Encoders that are run as a whole have large tables: those that were used last are used again.</summary>
/// <param name="most">How many are kept.</param>
internal sealed class IdleEncoders(int most) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(EncoderProfile Profile, SegmentEncoder Encoder)> _idle = [];
    private bool _disposed;

    /// <summary>Gives an encoder that is about to begin a stream.</summary>
    public SegmentEncoder Take(EncoderProfile profile)
    {
        var encoder = TakeIdle(profile);
        if (encoder is null)
            return SegmentEncoders.Create(profile);
        encoder.Reset();
        return encoder;
    }

    /// <summary>The encoder is not used any more.</summary>
    public void GiveBack(EncoderProfile profile, SegmentEncoder encoder)
    {
        SegmentEncoder? dropped = null;
        lock (_lock)
        {
            _idle.AddFirst((profile, encoder));
            if (_idle.Count > most || _disposed)
            {
                dropped = _idle.Last!.Value.Encoder;
                _idle.RemoveLast();
            }
        }
        dropped?.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var (_, encoder) in _idle)
                encoder.Dispose();
            _idle.Clear();
        }
    }

    private SegmentEncoder? TakeIdle(EncoderProfile profile)
    {
        lock (_lock)
        {
            for (var node = _idle.First; node is not null; node = node.Next)
            {
                if (node.Value.Profile != profile)
                    continue;
                _idle.Remove(node);
                return node.Value.Encoder;
            }
            return null;
        }
    }
}
