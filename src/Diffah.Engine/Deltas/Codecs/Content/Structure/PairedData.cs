namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>Where the data of a target record come from.</summary>
internal enum PairedKind
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>They are those of an old record.</summary>
    Copy,

    /// <summary>They are those of an earlier record of the target.</summary>
    Repeat,

    /// <summary>They are like those of an old record.</summary>
    Patch,

    /// <summary>They are new.</summary>
    New,
}

/// <summary>The decision for one record.</summary>
/// <param name="Kind">Where its data come from.</param>
/// <param name="Record">The record that is meant: an old one, or for <see cref="PairedKind.Repeat"/> one of the
/// target.</param>
/// <param name="HeaderBase">The old record whose header is most like its own; −1 where there is none.</param>
internal readonly record struct PairedData(PairedKind Kind, int Record, int HeaderBase);

/// <summary>What is asked of a record.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="DataLength">How many bytes of data it has.</param>
/// <param name="Digest">Their digest; any where there are none.</param>
internal readonly record struct PairingRecord(EntryName Name, long DataLength, DataDigest Digest);

/// <summary>Finds old data by what they hold.</summary>
internal interface ISimilarContent
{
    /// <summary>The old record whose data are most like those of a target record; −1 where none are.</summary>
    /// <param name="targetRecord">Which.</param>
    int Find(int targetRecord);
}
