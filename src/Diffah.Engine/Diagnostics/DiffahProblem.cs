namespace Diffah.Engine.Diagnostics;

/// <summary>
/// What is wrong with one of several things, as a row of a result. An exception would carry its stack and its causes
/// into every JSON document and job that the result passes through.
/// </summary>
/// <param name="Id">The code of the error's row in <see cref="DiffahErrors"/>.</param>
/// <param name="Category">Who can fix it: a name of <see cref="DiffahErrorCategory"/>.</param>
/// <param name="Message">What is wrong; one line, never a secret.</param>
/// <param name="NextAction">What to do next; never empty.</param>
public sealed record DiffahProblem(string Id, string Category, string Message, string NextAction)
{
    /// <summary>The row of the error table.</summary>
    internal DiffahError Error => DiffahErrors.All.Single(error => error.Code == Id);

    /// <summary>The row of an error.</summary>
    /// <param name="error">The error.</param>
    public static DiffahProblem Of(DiffahException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new DiffahProblem(error.Error.Code, error.Error.Category.ToString(), error.Message, error.NextAction);
    }

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
