using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>
/// What the files of a class are told by, from the first to the last; by one thread. For each file that operations tell
/// come its operations, then what each of its blocks lacks, or is.
/// </summary>
internal interface IClassCoding
{
    /// <summary>How files, and parts of files, are told.</summary>
    StreamCursor Descriptions { get; }

    /// <summary>Layouts of executables.</summary>
    StreamCursor Layouts { get; }

    /// <summary>Layouts of files that are compressed themselves.</summary>
    StreamCursor Nestings { get; }

    /// <summary>Reads the operations of a file.</summary>
    /// <param name="old">The old file.</param>
    /// <param name="newLength">How long the new file is.</param>
    /// <param name="form">How they are told.</param>
    /// <exception cref="InvalidDataException">They are not valid.</exception>
    PatchOp[] ReadOps(ReadOnlySpan<byte> old, int newLength, OpForm form);

    /// <summary>Begins with the bytes of a file.</summary>
    /// <param name="old">The old file; empty for none.</param>
    /// <param name="ops">Its operations.</param>
    void Begin(ReadOnlySpan<byte> old, ReadOnlySpan<PatchOp> ops);

    /// <summary>Makes predicted bytes right.</summary>
    /// <param name="block">What is known of them.</param>
    /// <param name="bytes">As they were predicted.</param>
    void Correct(in PredictedBlock block, Span<byte> bytes);

    /// <summary>Reads bytes that are inserted.</summary>
    /// <param name="block">What is known of them.</param>
    /// <param name="bytes">Takes them.</param>
    void Insert(in InsertedBlock block, Span<byte> bytes);
}

/// <summary>A block of bytes that were predicted.</summary>
internal readonly ref struct PredictedBlock
{
    /// <summary>The old file.</summary>
    public ReadOnlySpan<byte> Old { get; init; }

    /// <summary>Where the block is in the old file.</summary>
    public int OldPlace { get; init; }

    /// <summary>Where it is in the new file.</summary>
    public int Place { get; init; }

    /// <summary>Where the operation begins in the new file.</summary>
    public int Start { get; init; }

    /// <summary>Where what it copies ends.</summary>
    public int End { get; init; }

    /// <summary>At the first byte of a field its width, else 0; empty where there are no fields.</summary>
    public ReadOnlySpan<byte> Fields { get; init; }

    /// <summary>What each byte is among; empty where nothing is known.</summary>
    public ReadOnlySpan<byte> Kinds { get; init; }
}

/// <summary>A block of bytes that are inserted.</summary>
internal readonly ref struct InsertedBlock
{
    /// <summary>The old file.</summary>
    public ReadOnlySpan<byte> Old { get; init; }

    /// <summary>The old place that would follow, had the operation before gone on.</summary>
    public int Behind { get; init; }

    /// <summary>The old place that would be there, had the operation that comes begun earlier.</summary>
    public int Before { get; init; }

    /// <summary>Where the block is in the new file.</summary>
    public int Place { get; init; }

    /// <summary>Whether it is the first that the operation inserts.</summary>
    public bool IsFirst { get; init; }
}
