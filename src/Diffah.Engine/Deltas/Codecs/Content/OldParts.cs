using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Deltas.Codecs.Content.Nested;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>The bytes of an old file: in a source, or inflated from one.</summary>
internal readonly struct OldBytes
{
    private readonly OldData _data;
    private readonly ReadOnlyMemory<byte> _memory;

    /// <param name="data">Data of a source, of at most <see cref="NestedBounds.FileLength"/> bytes.</param>
    public OldBytes(OldData data) => _data = data;

    /// <param name="memory">What was inflated.</param>
    public OldBytes(ReadOnlyMemory<byte> memory) => _memory = memory;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _data.File is null
        ? _memory.Span
        : _data.Span(new PieceRange(0, (int)_data.Length));
}

/// <summary>
/// The parts of an old file, each made when it is asked for. A file that can't be opened is a part by itself.
/// </summary>
internal sealed class OldParts
{
    private readonly OldBytes _file;
    private readonly NestedFile? _opened;
    private readonly SpanInflater _inflater;
    private OldBytes? _first;

    public OldParts(OldBytes file, SpanInflater inflater)
    {
        (_file, _inflater) = (file, inflater);
        _opened = NestedFile.Open(file.Span);
    }

    /// <summary>How many there are.</summary>
    public int Count => _opened?.PartCount ?? 1;

    /// <summary>The part behind the last that was used.</summary>
    public int Expected { get; private set; }

    /// <summary>The bytes of the first.</summary>
    public int FirstLength => First.Span.Length;

    private OldBytes First => _first ??= Make(0);

    /// <summary>
    /// Whether a part may be used for a new one: it need not be made, or is not much longer. Otherwise a short patch
    /// could ask for long work.
    /// </summary>
    /// <param name="part">Which; <see cref="Count"/> is the file as it is.</param>
    /// <param name="length">The bytes of the new part.</param>
    public bool MayUse(int part, int length) =>
        part == Count || (_opened?.BytesOf(part) ?? 0) <= NestedBounds.Old(length);

    /// <summary>Reads a part.</summary>
    /// <param name="part">Which; <see cref="Count"/> is the file as it is.</param>
    public OldBytes Read(int part) => part == Count ? _file : part == 0 ? First : Make(part);

    /// <summary>A part is used: the one behind it is expected next.</summary>
    /// <param name="part">Which. The file as it is stands for the first.</param>
    public void Use(int part) => Expected = part == Count ? 1 : part + 1;

    /// <summary>What a part is called in its archive; empty for the first.</summary>
    /// <param name="part">Which.</param>
    public ReadOnlySpan<byte> NameOf(int part) => _opened is null ? default : _opened.NameOf(_file.Span, part);

    private OldBytes Make(int part) =>
        _opened is null ? _file : new OldBytes(_opened.ReadPart(_file.Span, part, _inflater));
}
