namespace Diffah.Engine.Deltas;

/// <summary>Which of several baselines a delta is restored from.</summary>
public enum BaselineMode
{
    /// <summary>Any one of them, alone.</summary>
    Any,

    /// <summary>All of them together.</summary>
    All,
}
