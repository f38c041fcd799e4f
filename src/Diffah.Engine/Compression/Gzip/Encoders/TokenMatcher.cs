namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// The part of an encoder that chooses tokens. It predicts the next token, and is then told which it really was: its
/// state follows the real ones. Positions are indexes into the content's buffer.
/// </summary>
internal abstract class TokenMatcher : IDisposable
{
    /// <summary>How much content a matcher needs to see behind a token's start, unless the content ends.</summary>
    public const int Lookahead = 640;

    /// <summary>Where the next token begins.</summary>
    public int Position { get; protected set; }

    /// <summary>Where the content that the encoder sees ends.</summary>
    public int Limit { get; set; }

    /// <summary>Where the encoder's own window begins; below 0 where the buffer begins later.</summary>
    public int Base { get; protected set; }

    /// <summary>What <see cref="Follow"/> would have chosen where it stopped.</summary>
    public uint Predicted { get; protected set; }

    /// <summary>Begins at a place in a buffer, as the encoder would there.</summary>
    /// <param name="content">The buffer; up to 16 bytes behind the limit are looked at.</param>
    /// <param name="first">The first byte that the encoder has ever seen.</param>
    /// <param name="start">The first byte to be encoded; what is between is a dictionary.</param>
    /// <param name="windowBase">Where the encoder's window begins.</param>
    public abstract void Begin(byte[] content, int first, int start, int windowBase);

    /// <summary>Goes on behind a limit up to which everything was encoded.</summary>
    public virtual void Resume()
    {
    }

    /// <summary>A block begins.</summary>
    /// <param name="startBit">Where in the stream.</param>
    public virtual void BeginBlock(long startBit)
    {
    }

    /// <summary>Goes along real tokens while they are those predicted.</summary>
    /// <returns>How many were. The next, if there is one, is to be given to <see cref="Commit"/>.</returns>
    public abstract int Follow(ReadOnlySpan<uint> real);

    /// <summary>Predicts tokens and goes along them.</summary>
    /// <param name="tokens">Room for them.</param>
    /// <param name="stop">No token begins at or behind this.</param>
    /// <param name="mayCross">The last may end behind it. Otherwise it is left for <see cref="Commit"/>, and is in
    /// <see cref="Predicted"/>.</param>
    /// <returns>How many there are.</returns>
    public abstract int Generate(Span<uint> tokens, int stop, bool mayCross);

    /// <summary>Predicts the next token, and goes nowhere.</summary>
    public abstract uint Predict();

    /// <summary>Goes along a real token, right after <see cref="Follow"/> or <see cref="Generate"/>.</summary>
    public abstract void Commit(uint token);

    /// <summary>The match that was found for the next position while the last token was chosen.</summary>
    public abstract uint Carried { get; set; }

    /// <summary>All places are findable, so that 32 KiB of content say all of the state; otherwise the tokens in them
    /// count as well.</summary>
    public abstract bool DependsOnContentOnly { get; }

    /// <summary>Gives rented memory back.</summary>
    public abstract void Dispose();

    /// <summary>The buffer was slid: all indexes are less.</summary>
    public abstract void Slide(int by);
}
