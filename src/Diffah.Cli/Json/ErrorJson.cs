using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Json;

/// <summary>The error of an envelope.</summary>
/// <param name="Category">user, environment, content or internal.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="NextAction">What to do next.</param>
internal sealed record ErrorJson(string Category, string Message, string NextAction)
{
    public static ErrorJson Of(DiffahException error) => new(CategoryName(error), error.Message, error.NextAction);

    public static ErrorJson Of(DiffahProblem problem) => new(CategoryName(problem), problem.Message, problem.NextAction);

    public static string CategoryName(DiffahProblem problem) => problem.Category.ToLowerInvariant();

    public static string CategoryName(DiffahException error) => CategoryName(error.Error);

    public static string CategoryName(DiffahError error) => error.Category.ToString().ToLowerInvariant();
}
