using System.Collections.Immutable;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>The beginning of a content patch.</summary>
/// <param name="Length">Bytes of the content that it makes.</param>
/// <param name="Sources">Bytes of each content that it refers to.</param>
/// <param name="HasModels">Whether its classes are coded by models.</param>
internal sealed record PatchHead(long Length, ImmutableArray<long> Sources, bool HasModels)
{
    private static ReadOnlySpan<byte> Magic => "DfC1"u8;

    private static ReadOnlySpan<byte> MagicOfModels => "DfC2"u8;

    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    public void Write(Stream output)
    {
        var bytes = new NumberWriter();
        bytes.Add(HasModels ? MagicOfModels : Magic);
        bytes.AddNumber((ulong)Length);
        bytes.AddNumber((ulong)Sources.Length);
        foreach (var source in Sources)
            bytes.AddNumber((ulong)source);
        output.Write(bytes.Written);
    }

    /// <summary>Reads it; every field is checked.</summary>
    /// <param name="input">The patch, from its beginning.</param>
    /// <exception cref="InvalidDataException">It is no content patch.</exception>
    public static PatchHead Read(StreamCursor input)
    {
        Span<byte> magic = stackalloc byte[4];
        input.Take(magic);
        var hasModels = magic.SequenceEqual(MagicOfModels);
        if (!hasModels && !magic.SequenceEqual(Magic))
            throw StreamCursor.Invalid("does not begin as one does");
        var length = input.TakeNumber(long.MaxValue);
        var sources = new long[(int)input.TakeNumber(ContentPatch.MaximumSources)];
        for (var index = 0; index < sources.Length; index++)
            sources[index] = input.TakeNumber(long.MaxValue);
        return new PatchHead(length, [.. sources], hasModels);
    }

    /// <summary>Checks that a patch is of the contents at hand.</summary>
    /// <param name="length">Bytes of the content that is to be made.</param>
    /// <param name="sources">Bytes of each content that there is.</param>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public void Require(long length, IEnumerable<long> sources)
    {
        if (Length != length)
            throw StreamCursor.Invalid($"makes {Length} bytes, not {length}");
        if (!Sources.SequenceEqual(sources))
            throw StreamCursor.Invalid("is made of other contents");
    }

    /// <summary>Checks that a patch is of the codec that the archive says.</summary>
    /// <param name="hasModels">Whether that has models.</param>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public void RequireModels(bool hasModels)
    {
        if (HasModels != hasModels)
            throw StreamCursor.Invalid("is of another codec than the archive says");
    }
}
