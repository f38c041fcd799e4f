using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>
/// How a gzip file is made of its content. Of what gzip -n writes, one byte and the content's length: the trailer
/// follows from the content, and the level from the header.
/// </summary>
internal sealed class GzipLayout : NestedLayout
{
    private const byte RecipeBit = 2;
    private const byte HeaderBit = 4;
    private const byte ProfileBit = 8;
    private const int HintShift = 4;
    private const byte Known = 0x3E;
    private const byte HintBest = 2;
    private const byte HintFast = 4;

    private readonly ReadOnlyMemory<byte> _header;
    private readonly EncoderProfile _profile;
    private readonly GzipRecipe? _recipe;
    private readonly int _fileLength;

    /// <summary>The layout of a file of one member, which an encoder makes without fault.</summary>
    public GzipLayout(ReadOnlyMemory<byte> header, EncoderProfile profile, int contentLength, int fileLength)
    {
        (_header, _profile, _fileLength) = (header, profile, fileLength);
        FirstLength = contentLength;
    }

    /// <summary>The layout of any file that has a recipe.</summary>
    public GzipLayout(GzipRecipe recipe)
    {
        (_recipe, _fileLength) = (recipe, (int)recipe.Length);
        FirstLength = (int)recipe.ContentLength;
    }

    public override int FirstLength { get; }

    public override void Write(ByteList output, int guess)
    {
        if (_recipe is not null)
        {
            var bytes = _recipe.ToBytes();
            output.Add(RecipeBit);
            output.AddNumber((ulong)bytes.Length);
            output.Add(bytes);
            return;
        }
        var hint = _header.Span[8];
        var isPlain = _header.Span.SequenceEqual(PlainHeader(hint));
        var isExpected = _profile == ExpectedProfile(hint);
        output.Add((byte)((isPlain ? (hint >> 1) << HintShift : HeaderBit) | (isExpected ? 0 : ProfileBit)));
        WriteLength(output, FirstLength, guess);
        if (!isPlain)
        {
            output.AddNumber((ulong)_header.Length);
            output.Add(_header.Span);
        }
        if (isExpected)
            return;
        output.Add((byte)_profile.Family);
        output.Add(_profile.Level);
    }

    public static GzipLayout Read(byte flags, ref ByteCursor input, int fileLength, int guess)
    {
        var hint = (flags >> HintShift) << 1;
        var isOfRecipe = (flags & RecipeBit) != 0;
        if ((flags & ~Known) != 0 || hint > HintFast || (isOfRecipe && flags != RecipeBit)
            || ((flags & HeaderBit) != 0 && hint != 0))
            throw ByteCursor.Invalid("is of no kind");
        if (isOfRecipe)
            return ReadRecipe(ref input, fileLength);
        var length = ReadLength(ref input, guess, NestedBounds.Inflated(fileLength));
        ReadOnlyMemory<byte> header = (flags & HeaderBit) != 0
            ? input.Take(input.TakeNumber(RecipeBounds.HeaderBytes))
            : PlainHeader((byte)hint);
        if (header.IsEmpty || GzipHeader.Measure(header.Span) != header.Length)
            throw ByteCursor.Invalid("has no gzip header");
        var profile = (flags & ProfileBit) == 0
            ? ExpectedProfile(header.Span[8])
            : new((EncoderFamily)input.Take(), input.Take());
        if (!PlainDeflater.IsKnown(profile))
            throw NestedRefusal.UnknownEncoder();
        return new(header, profile, length, fileLength);
    }

    public override NestedPlan Plan(ReadOnlyMemory<byte> first) => first.Length == FirstLength
        ? new GzipPlan(this, first)
        : throw PartRebuilder.Differs();

    /// <summary>What gzip -n writes before the stream.</summary>
    private static byte[] PlainHeader(byte hint) => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, hint, 3];

    /// <summary>The encoder that a header speaks of.</summary>
    public static EncoderProfile ExpectedProfile(byte hint) => new(
        EncoderFamily.Gnu, hint switch { HintBest => 9, HintFast => 1, _ => 6 });

    private static GzipLayout ReadRecipe(ref ByteCursor input, int fileLength)
    {
        var recipe = GzipRecipe.Read(input.Take(input.TakeNumber(input.Left)));
        return recipe.ContentLength <= NestedBounds.Inflated(fileLength) && recipe.Length == fileLength
            ? new(recipe)
            : throw ByteCursor.Invalid("has a part out of its bounds");
    }

    private sealed class GzipPlan(GzipLayout layout, ReadOnlyMemory<byte> content) : NestedPlan
    {
        public override int PartCount => 1;

        public override int PartLength(int part) => content.Length;

        public override IEnumerable<ReadOnlyMemory<byte>> Rebuild(Func<int, ReadOnlyMemory<byte>> part) =>
            layout._recipe is { } recipe ? Follow(recipe, content, layout._fileLength) : Plain();

        private IEnumerable<ReadOnlyMemory<byte>> Plain()
        {
            yield return layout._header;
            using var deflater = new PlainDeflater();
            var length = layout._fileLength - layout._header.Length - GzipHeader.TrailerLength;
            foreach (var made in Deflate(deflater, layout._profile, content, length))
                yield return made;
            var trailer = new byte[GzipHeader.TrailerLength];
            GzipTrailer.Write(content.Span, trailer);
            yield return trailer;
        }
    }
}
