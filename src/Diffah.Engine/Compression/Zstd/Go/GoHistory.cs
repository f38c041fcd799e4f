using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// The block that is to be made and as much content before it as copies may reach. Positions count from the beginning
/// of the buffer; what a matcher remembers is a position and <see cref="Base"/>, so that it stays right when content
/// moves down in the buffer. What was never remembered is 0, which lies out of reach.
/// </summary>
internal sealed class GoHistory
{
    /// <summary>From here on what is remembered falls: tables hold positions of 31 bits.</summary>
    public const int HighestBase = 1 << 30;

    private byte[] _buffer = [];

    /// <param name="window">How far back copies reach, in bytes: less than this.</param>
    public GoHistory(int window)
    {
        Window = window;
        Base = window;
    }

    /// <summary>A copy reaches back less than this, in bytes.</summary>
    public int Window { get; }

    /// <summary>What is added to a position that is remembered.</summary>
    public int Base { get; private set; }

    /// <summary>Where the block begins.</summary>
    public int Start { get; private set; }

    /// <summary>Where the block ends, and with it the content that is known.</summary>
    public int End { get; private set; }

    /// <summary>The buffer's first byte. Nothing at or behind <see cref="End"/> may be looked at.</summary>
    public ref byte First => ref MemoryMarshal.GetArrayDataReference(_buffer);

    /// <summary>The content of the block.</summary>
    public ReadOnlySpan<byte> Block => _buffer.AsSpan(Start, End - Start);

    /// <summary>Puts the next block behind the last.</summary>
    /// <param name="block">Its content.</param>
    /// <param name="matcher">Who remembers positions.</param>
    public void Append(ReadOnlySpan<byte> block, GoMatcher matcher)
    {
        if (End + block.Length > _buffer.Length)
            MakeRoom(block.Length);
        if (Base > HighestBase)
        {
            var fallen = Base - Window;
            matcher.Rebase(fallen);
            Base -= fallen;
        }
        block.CopyTo(_buffer.AsSpan(End));
        Start = End;
        End += block.Length;
    }

    /// <summary>Begins a new content: all that is remembered lies out of its reach.</summary>
    public void Restart()
    {
        if (End == 0)
            return;
        Base += End + Window;
        Start = End = 0;
    }

    private void MakeRoom(int length)
    {
        var kept = Math.Min(End, Window);
        var needed = Math.Min(2L * kept + length, 2L * Window) + length;
        if (_buffer.Length < needed)
        {
            var larger = new byte[Math.Max(needed, Math.Min(2L * _buffer.Length, 2L * Window + length))];
            _buffer.AsSpan(End - kept, kept).CopyTo(larger);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(End - kept, kept).CopyTo(_buffer);
        }
        Base += End - kept;
        End = kept;
    }
}
