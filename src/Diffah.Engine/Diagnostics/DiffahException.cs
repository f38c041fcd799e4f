using System.Net.Sockets;

namespace Diffah.Engine.Diagnostics;

/// <summary>Root of all errors the engine throws on purpose.</summary>
public sealed class DiffahException : Exception
{
    // What a message quotes may come from outside, and be of any length.
    private const int MaximumMessage = 16 * 1024;

    /// <summary>Makes an error of one row of the table.</summary>
    /// <param name="error">The row of <see cref="DiffahErrors"/>.</param>
    /// <param name="message">What is wrong, naming the thing it is wrong with; never a secret.</param>
    /// <param name="nextAction">What to do next, as <see cref="Wording"/> reads it; null means the row's own.</param>
    /// <param name="inner">The cause, or null.</param>
    public DiffahException(DiffahError error, string message, string? nextAction = null, Exception? inner = null)
        : base(Printable.Line(ShortText.Cut(message, MaximumMessage)), inner)
    {
        Error = error;
        NextAction = Printable.Line(ShortText.Cut(Wording.Of(nextAction ?? error.NextAction), MaximumMessage));
    }

    /// <summary>The row of the error table.</summary>
    public DiffahError Error { get; }

    /// <summary>What the user can do next, in the words of the face in use; never empty.</summary>
    public string NextAction { get; }

    /// <summary>The numbers of an archive that is larger than it may be; null for every other error.</summary>
    public SizeExcess? Excess { get; init; }

    /// <summary>
    /// The typed form of any exception: itself where it is typed already, a matching row where the base
    /// library threw, <see cref="DiffahErrors.Internal"/> otherwise. Do not call it for cancellations.
    /// </summary>
    /// <param name="exception">What was thrown.</param>
    public static DiffahException From(Exception exception) => exception switch
    {
        DiffahException own => own,
        AggregateException { InnerExceptions: [var only] } => From(only),
        _ when IsOutOfHandles(exception) => Wrap(DiffahErrors.TooManyOpenFiles, exception),
        UnauthorizedAccessException => Wrap(DiffahErrors.AccessDenied, exception),
        FileNotFoundException or DirectoryNotFoundException => Wrap(DiffahErrors.FileNotFound, exception),
        IOException io when IsDiskFull(io) => Wrap(DiffahErrors.DiskFull, exception),
        InvalidDataException or EndOfStreamException => Wrap(DiffahErrors.InvalidImage, exception),
        IOException => Wrap(DiffahErrors.IoFailure, exception),
        _ => new DiffahException(
            DiffahErrors.Internal, $"{exception.GetType().Name}: {exception.Message}", inner: exception),
    };

    /// <summary>True for errors of the base library that say the disk or a quota is used up.</summary>
    /// <param name="exception">What a file operation threw.</param>
    public static bool IsDiskFull(IOException exception)
    {
        // .NET on Unix puts the raw errno into HResult for codes it has no HRESULT for, and this HRESULT for ENOSPC.
        const int errorDiskFull = unchecked((int)0x80070070);
        const int enospc = 28;
        const int edquotLinux = 122;
        const int edquotMac = 69;
        return exception.HResult is errorDiskFull or enospc or edquotLinux or edquotMac;
    }

    // EMFILE. The runtime wraps it where it needed the file for itself, such as an assembly or a socket.
    private static bool IsOutOfHandles(Exception exception)
    {
        const int emfile = 24;
        const int errorTooManyOpenFiles = unchecked((int)0x80070004);
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException { HResult: emfile or errorTooManyOpenFiles }
                or SocketException { SocketErrorCode: SocketError.TooManyOpenSockets })
                return true;
        }
        return false;
    }

    private static DiffahException Wrap(DiffahError error, Exception exception) =>
        new(error, exception.Message, inner: exception);
}
