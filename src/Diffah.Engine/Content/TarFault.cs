namespace Diffah.Engine.Content;

/// <summary>Tells what the base library's tar reader throws on damaged input from everything else.</summary>
public static class TarFault
{
    /// <summary>True for exceptions that mean the tar is damaged.</summary>
    /// <param name="exception">What reading an entry threw.</param>
    public static bool Is(Exception exception) => exception is InvalidDataException or EndOfStreamException or FormatException
        or OverflowException or ArgumentException or InvalidOperationException or NotSupportedException;
}
