namespace Diffah.Engine.Deltas.Codecs.Content.Streams;

/// <summary>What a stream of a content patch holds. The numbers are those of the format.</summary>
internal enum StreamKind : byte
{
    /// <summary>Header columns, records and files of the whole patch; a stream for each column.</summary>
    Structure = 0,

    /// <summary>How many bytes operations add, and how many operations a file has.</summary>
    Adds = 1,

    /// <summary>How many bytes operations insert.</summary>
    Inserts = 2,

    /// <summary>How the place of old bytes is told; a byte an operation.</summary>
    Seeks = 3,

    /// <summary>Places of old bytes that are told as numbers.</summary>
    Jumps = 4,

    /// <summary>Right bytes between wrong ones, where no field was predicted.</summary>
    Gaps = 5,

    /// <summary>What is added to wrong bytes, where no field was predicted.</summary>
    Corrections = 6,

    /// <summary>Bytes that are inserted.</summary>
    Literals = 7,

    /// <summary>What is known of executables, so that their fields can be predicted.</summary>
    Layouts = 8,

    /// <summary>How files that are compressed themselves are put together.</summary>
    Nestings = 9,

    /// <summary>What files, and parts of files, are told by.</summary>
    Descriptions = 10,

    /// <summary>The last old bytes of operations.</summary>
    Ends = 11,

    /// <summary>Operations as rows, in place of columns.</summary>
    Rows = 12,

    /// <summary>Right fields between wrong ones.</summary>
    FieldGaps = 13,

    /// <summary>What is added to wrong fields.</summary>
    FieldCorrections = 14,
}
