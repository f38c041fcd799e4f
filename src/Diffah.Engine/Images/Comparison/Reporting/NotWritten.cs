namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>Why a file of an image is not among a report's files. The words are an interface.</summary>
internal static class NotWritten
{
    /// <summary>It is no regular file: a folder, a link, a device. It is described.</summary>
    public const string NoFile = "no_file";

    /// <summary>Its name would lead out of the report, or is none.</summary>
    public const string NameUnsafe = "name_unsafe";

    /// <summary>File systems hold no name of that length.</summary>
    public const string NameTooLong = "name_too_long";

    /// <summary>Another file has its name, or that of a folder that it needs.</summary>
    public const string NameTaken = "name_taken";

    /// <summary>Too much would be written.</summary>
    public const string TooLarge = "too_large";

    /// <summary>Its map of holes can't be right.</summary>
    public const string Damaged = "damaged";
}
