namespace Diffah.Engine.Deltas;

/// <summary>Whether changed layers are patched from baseline layers.</summary>
public enum IntraLayerMode
{
    /// <summary>Patch where it pays; where a baseline has only its manifest left, warn and ship layers whole.</summary>
    Auto,

    /// <summary>Ship every changed layer whole.</summary>
    Off,

    /// <summary>As <see cref="Auto"/>, but fail where a baseline has only its manifest left.</summary>
    Required,
}
