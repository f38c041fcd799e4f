using System.Buffers;
using Diffah.Engine.Compression.Zstd.Tokens;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>
/// Makes the parts of a stream, one after the other; short frames are made by workers, ahead of what is asked for.
/// </summary>
internal sealed class PartRunner : IDisposable
{
    private const int ShortFrame = 1 << 20;
    private const int PieceLength = 128 * 1024;

    private readonly IReadOnlyList<ZstdPart> _parts;
    private readonly IZstdEncoders _encoders;
    private readonly StreamAt _content;
    private readonly TarBorders _borders;
    private readonly SharedReference? _reference;
    private readonly SetupBudget _setup;
    private readonly int _workers;
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<(FrameBatch Batch, Task<ReadOnlyMemory<byte>>? Work)> _ahead = [];
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly byte[] _piece = new byte[PieceLength];
    private readonly FrameList _frames = new();
    private FrameMaker? _long;
    private Stream? _tokens;
    private int _next;
    private long _position;

    /// <summary>Begins.</summary>
    /// <param name="recipe">What makes the stream.</param>
    /// <param name="encoders">The encoders there are.</param>
    /// <param name="content">The content, which can seek; not disposed of.</param>
    /// <param name="reference">The reference, or null.</param>
    /// <param name="workers">How many batches of frames are made at the same time.</param>
    public PartRunner(
        RecipeBody recipe, IZstdEncoders encoders, Stream content, RecipeReference? reference, int workers)
    {
        (_parts, _encoders, _workers) = (recipe.Parts, encoders, Math.Max(1, workers));
        _reference = reference is null ? null : new(reference);
        _content = new(content);
        _setup = new(encoders, _content.Length);
        _borders = new(_content, recipe.Borders);
    }

    /// <summary>Makes some more bytes; empty at the end.</summary>
    /// <exception cref="RecipeRefusedException">The recipe can't be followed.</exception>
    public ReadOnlyMemory<byte> Next()
    {
        while (true)
        {
            _output.ResetWrittenCount();
            if (_long is not null)
                RunLong();
            else if (_tokens is not null)
                RunTokens();
            else
            {
                LookAhead();
                if (_ahead.TryDequeue(out var first))
                    return Made(first.Batch, first.Work);
                if (_next == _parts.Count)
                    return End();
                Begin(_parts[_next++]);
            }
            if (_output.WrittenCount > 0)
                return _output.WrittenMemory;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (var (_, work) in _ahead)
            work?.ContinueWith(_ => { }, TaskScheduler.Default).GetAwaiter().GetResult();
        _stop.Dispose();
        _long?.Dispose();
        _tokens?.Dispose();
        _reference?.Dispose();
    }

    private ReadOnlyMemory<byte> End() => _position == _content.Length ? default : throw Differs();

    /// <summary>Hands short frames to workers, up to the first part that is made here.</summary>
    private void LookAhead()
    {
        while (_ahead.Count < _workers)
        {
            var batch = new FrameBatch();
            while (_next < _parts.Count && !batch.IsFull && _parts[_next] is FramePart or VerbatimPart)
            {
                var length = LengthOf(_parts[_next]);
                if (length > ShortFrame && _parts[_next] is FramePart)
                    break;
                Take(_parts[_next], length);
                batch.Add(_parts[_next++], _content, _position, (int)Math.Min(length, int.MaxValue));
                _position += length;
            }
            if (batch.IsEmpty)
                return;
            _ahead.Enqueue((batch, _workers == 1 ? null : Task.Run(() => batch.Make(_encoders, _stop.Token))));
        }
    }

    private ReadOnlyMemory<byte> Made(FrameBatch batch, Task<ReadOnlyMemory<byte>>? work)
    {
        var bytes = work is null ? batch.Make(_encoders, _stop.Token) : work.GetAwaiter().GetResult();
        foreach (var (content, length) in batch.Made)
            _frames.Add(content, length);
        return bytes;
    }

    /// <summary>Makes a part that needs all before it, or is long.</summary>
    private void Begin(ZstdPart part)
    {
        switch (part)
        {
            case FramePart frame:
                var content = LengthOf(frame);
                Take(frame, content);
                _long = new(_encoders, frame, content, _output);
                _frames.Add(0, _output.WrittenCount);
                break;
            case ListPart list:
                LayerList.Make(list, _encoders, _content, _frames, _output);
                _frames.Add(0, _output.WrittenCount);
                break;
            case TokensPart tokens:
                var length = LengthOf(tokens);
                if (tokens.NeedsReference && _reference is null)
                    throw ByteCursor.Invalid("needs a reference that is not there");
                Take(tokens, length);
                _tokens = _encoders.OpenTokens(
                    tokens, new StreamSlice(_content, _position, length), tokens.NeedsReference ? _reference : null);
                _position += length;
                _frames.Add(length, 0);
                break;
            default:
                throw ByteCursor.Invalid("has a part of no kind");
        }
    }

    private void RunLong()
    {
        var maker = _long!;
        var left = maker.ContentLength - maker.Position;
        if (left > 0)
        {
            var piece = _piece.AsSpan(0, (int)Math.Min(left, PieceLength));
            _content.Read(_position, piece);
            maker.Add(piece);
            _position += piece.Length;
            _frames.Extend(piece.Length, _output.WrittenCount);
            return;
        }
        maker.Complete();
        _frames.Extend(0, _output.WrittenCount);
        maker.Dispose();
        _long = null;
    }

    private void RunTokens()
    {
        var read = _tokens!.Read(_output.GetSpan(PieceLength)[..PieceLength]);
        _output.Advance(read);
        _frames.Extend(0, read);
        if (read > 0)
            return;
        _tokens.Dispose();
        _tokens = null;
    }

    private void Take(ZstdPart part, long length)
    {
        if (!_setup.Take(part, length))
            throw ByteCursor.Invalid("takes more tables than there may be for its content");
    }

    private long LengthOf(ZstdPart part)
    {
        var length = part.ContentLength ?? _borders.After(_position) - _position;
        return length <= _content.Length - _position ? length : throw Differs();
    }

    private static RecipeRefusedException Differs() => new(
        RecipeRefusal.ContentDiffers, "The content is not as long as the recipe of a zstd stream says.");
}
