using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>
/// Makes raw deflate streams as known encoders do, with nothing put right: the profile and the content's length are all
/// there is of a recipe. Used for one stream after the other.
/// </summary>
internal sealed class PlainDeflater : IDisposable
{
    // As in the rebuilder of recipes: the longest segment, what is before it, and by how much a window may not be slid.
    private const int WindowSize = (1024 + 3 * 32) * 1024;
    private const int Portion = 64 * 1024;

    private readonly ContentWindow _window = new(WindowSize);
    private readonly BitWriter _output = new();
    private readonly IdleEncoders _encoders = new(most: 2);
    private PartRebuilder? _encoder;
    private int _length;
    private int _fed;

    /// <summary>There is such an encoder.</summary>
    public static bool IsKnown(EncoderProfile profile) =>
        EncoderProfiles.IsKnown(profile) || SegmentEncoders.IsKnown(profile);

    /// <summary>A recipe of which its profile is all that has to be known.</summary>
    public static bool IsEnough(DeflateRecipe recipe) =>
        recipe is { Padding: 0, Parts: [{ Corrections.Length: 0 }] };

    /// <summary>Begins a stream of a content of so many bytes.</summary>
    public void Begin(EncoderProfile profile, int length)
    {
        _encoder?.Dispose();
        (_length, _fed) = (length, 0);
        _window.Reset();
        _window.IsComplete = length == 0;
        _output.Reset();
        var part = new RecipePart(profile, 0, length, 0, RecipeBounds.Length, Corrections.None, []);
        _encoder = PartRebuilders.Open(
            new(part, part.Start, length, null, IsLast: true), _encoders, _window, _output);
    }

    /// <summary>Makes the next bytes of the stream, which are good until the next call; empty at its end.</summary>
    /// <param name="content">All of the content.</param>
    /// <exception cref="RecipeRefusedException">The encoder would write a block that no recipe has.</exception>
    public ReadOnlyMemory<byte> Next(ReadOnlySpan<byte> content)
    {
        _output.Take();
        while (!_encoder!.IsComplete && _output.Whole.Length < Portion)
        {
            if (_encoder.Advance())
                continue;
            _encoder.Slide();
            Feed(content);
        }
        if (_encoder.IsComplete)
            _output.Align();
        return _output.Whole;
    }

    /// <summary>Whether a stream is what the encoder makes of its content.</summary>
    public bool Makes(ReadOnlySpan<byte> stream, EncoderProfile profile, ReadOnlySpan<byte> content)
    {
        Begin(profile, content.Length);
        try
        {
            ReadOnlyMemory<byte> made;
            while (!(made = Next(content)).IsEmpty)
            {
                if (!stream.StartsWith(made.Span))
                    return false;
                stream = stream[made.Length..];
            }
            return stream.IsEmpty;
        }
        catch (RecipeRefusedException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _encoder?.Dispose();
        _encoders.Dispose();
        _output.Dispose();
        _window.Dispose();
    }

    private void Feed(ReadOnlySpan<byte> content)
    {
        var count = Math.Min(_length - _fed, _window.Capacity - _window.End);
        if (count == 0)
            throw ByteCursor.Invalid("makes a block too long");
        content.Slice(_fed, count).CopyTo(_window.Buffer.AsSpan(_window.End));
        _fed += count;
        _window.End += count;
        _window.IsComplete = _fed == _length;
    }
}
