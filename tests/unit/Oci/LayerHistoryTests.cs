using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Oci;

public sealed class LayerHistoryTests
{
    [Fact]
    public void Entries_that_made_no_layer_are_left_out()
    {
        var config =
            Parse(
                """[{"created_by":"ADD a"},{"created_by":"ENV b","empty_layer":true},{"created_by":"COPY c","empty_layer":false},{"comment":"d"}]""");
        Assert.Equal<string?>(["ADD a", "COPY c", null], config.BuildSteps.AsEnumerable());
        Assert.Equal("COPY c", config.CreatedBy(1, 3));
    }

    [Fact]
    public void A_history_that_does_not_line_up_with_the_layers_says_nothing() =>
        Assert.Null(Parse("""[{"created_by":"ADD a"}]""").CreatedBy(0, 2));

    [Theory]
    [InlineData("null")]
    [InlineData("3")]
    [InlineData("""{"created_by":"x"}""")]
    public void A_history_of_another_form_is_no_fault(string history) => Assert.Empty(Parse(history).BuildSteps);

    [Theory]
    [InlineData("[1]")]
    [InlineData("""[{"created_by":7}]""")]
    [InlineData("""[{"created_by":""}]""")]
    public void An_entry_of_another_form_says_nothing(string history) =>
        Assert.Null(Assert.Single(Parse(history).BuildSteps));

    [Theory]
    [InlineData("RUN a \\t&&  b\\r\\n  && c", "RUN a && b && c")]
    [InlineData("RUN \\u001b[31mred\\u0007\\u009b", "RUN ?[31mred??")]
    public void Text_of_an_image_is_one_line_without_control_characters(string text, string shown) =>
        Assert.Equal(shown, Assert.Single(Parse($$"""[{"created_by":"{{text}}"}]""").BuildSteps));

    [Fact]
    public void Text_of_an_image_is_bounded()
    {
        var text = Assert.Single(Parse($$"""[{"created_by":"{{new string('x', 5000)}}"}]""").BuildSteps);
        Assert.Equal((1000, 'x', '…'), (text!.Length, text[998], text[999]));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("/bin/sh -c #(nop)  ADD file:1 in /", "ADD file:1 in /")]
    [InlineData("/bin/sh -c apt-get update", "RUN apt-get update")]
    [InlineData("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update")]
    [InlineData("COPY a b # buildkit", "COPY a b")]
    [InlineData("|1 A=b /bin/sh -c make", "|1 A=b /bin/sh -c make")]
    [InlineData("0123456789012345678901234567890123456789x", "012345678901234567890123456789012345678…")]
    public void Tables_show_the_beginning_without_the_shell(string? text, string shown) =>
        Assert.Equal(shown, ShortText.BuildStep(text, 40));

    private static ImageConfig Parse(string history) =>
        ImageConfig.Parse(Encoding.UTF8.GetBytes($$"""{"os":"linux","architecture":"amd64","history":{{history}}}"""));
}
