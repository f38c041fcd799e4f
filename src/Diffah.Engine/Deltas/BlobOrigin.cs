namespace Diffah.Engine.Deltas;

/// <summary>How a blob of a target image comes to the other side.</summary>
public enum BlobOrigin
{
    /// <summary>It travels whole.</summary>
    Full,

    /// <summary>It travels as a patch, and is rebuilt from what the baseline has.</summary>
    Patch,

    /// <summary>It does not travel: the baseline has it.</summary>
    Reuse,
}
