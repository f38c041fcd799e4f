namespace Diffah.Engine.Diagnostics;

/// <summary>Who can mend an error. The command line's exit code is the numeric value.</summary>
public enum DiffahErrorCategory
{
    /// <summary>A bug in Diffah (exit 1).</summary>
    Internal = 1,

    /// <summary>The caller asked for something that can't be done as asked (exit 2).</summary>
    User = 2,

    /// <summary>The machine or the network lacks something (exit 3).</summary>
    Environment = 3,

    /// <summary>An image, an archive or a registry's answer is wrong (exit 4).</summary>
    Content = 4,
}
