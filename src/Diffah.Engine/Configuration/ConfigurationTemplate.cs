using System.Text;

namespace Diffah.Engine.Configuration;

/// <summary>The file to begin with: every key with its default, all of them commented out.</summary>
internal static class ConfigurationTemplate
{
    private const string Head = """
        # Configuration of diffah: the defaults of its options.
        # An option or a parameter wins over an environment variable, that wins over this file, and this over what is built in.
        # Relative paths begin at the folder of this file. Remove the # before a key to set it.

        """;

    /// <summary>The text of the file.</summary>
    public static string Text
    {
        get
        {
            var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
            foreach (var key in ConfigurationKeys.All)
                text.Append($"\n# {key.Comment}\n#{key.Name}: {key.Sample}\n");
            return text.ToString();
        }
    }
}
